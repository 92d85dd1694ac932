import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { hasErrno } from "#observe/errno.ts";
import { FairleadError } from "#observe/errors.ts";
import type { NodeVerb, Progress, SupervisorStatus } from "../contract.ts";
import { filesOf } from "../files.ts";

/** What a lab's supervisor says; undefined where there is none that answers. */
export async function labStatus(folder: string): Promise<SupervisorStatus | undefined> {
  const body = await bodyOf(await ask(folder, "GET", "/status"));
  // The other end is of the same checkout.
  return body === undefined ? undefined : (JSON.parse(body) as SupervisorStatus);
}

/** What a response ends with when its supervisor is killed. */
const cutOff = "ECONNRESET";

/** Each step of coming up as it is done, those before the call first; ends after the last, or when the supervisor ends. */
export async function* labProgress(folder: string): AsyncGenerator<Progress> {
  const response = await ask(folder, "GET", "/progress");
  if (response === undefined) return;
  try {
    for await (const line of createInterface({ input: response }))
      yield JSON.parse(line) as Progress;
  } catch (error) {
    if (!hasErrno(error, cutOff)) throw error;
  }
}

/** @throws FairleadError FL-M003 where no lab is up; FL-M005 where the supervisor refuses */
export async function actOnNode(folder: string, name: string, verb: NodeVerb): Promise<void> {
  const response = await ask(folder, "POST", `/nodes/${encodeURIComponent(name)}/${verb}`);
  const body = await bodyOf(response);
  if (body === undefined) throw notUp(folder);
  if (response?.statusCode === 200) return;
  throw new FairleadError("FL-M005", (JSON.parse(body) as { readonly message: string }).message);
}

export function notUp(folder: string): FairleadError {
  return new FairleadError("FL-M003", `no lab is up in ${folder}: fairlead lab up makes one`);
}

/** Undefined where there was no response, or the supervisor ended before the end of it. */
async function bodyOf(response: IncomingMessage | undefined): Promise<string | undefined> {
  try {
    return response && (await text(response));
  } catch (error) {
    if (hasErrno(error, cutOff)) return undefined;
    throw error;
  }
}

async function ask(
  folder: string,
  method: string,
  path: string,
): Promise<IncomingMessage | undefined> {
  const asked = request({ socketPath: filesOf(folder).control, method, path, agent: false });
  asked.end();
  try {
    const [response] = await once(asked, "response");
    return response;
  } catch {
    return undefined; // No socket, or nobody behind it.
  }
}
