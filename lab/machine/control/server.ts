import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { FairleadError } from "#observe/errors.ts";
import type { NodeVerb, SupervisorStatus } from "../contract.ts";
import type { ProgressLog } from "../progress.ts";

export interface Controlled {
  status(): SupervisorStatus;
  readonly progress: ProgressLog;
  /** @throws FairleadError FL-M005 */
  actOnNode(name: string, verb: NodeVerb): Promise<void>;
}

const verbs: readonly NodeVerb[] = ["stop", "start", "partition", "heal"];

/** GET /status, GET /progress (a line a step, until it is up), POST /nodes/NAME/VERB. */
export async function serveControl(path: string, controlled: Controlled): Promise<void> {
  const server = createServer((request, response) => {
    answer(request, response, controlled).catch((error: unknown) => {
      const refused = error instanceof FairleadError;
      const message = error instanceof Error ? error.message : String(error);
      response.statusCode = refused ? 409 : 500;
      response.end(JSON.stringify({ message }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, resolve);
  });
}

async function answer(
  { method, url = "" }: IncomingMessage,
  response: ServerResponse,
  controlled: Controlled,
): Promise<void> {
  if (method === "GET" && url === "/status") {
    response.end(JSON.stringify(controlled.status()));
    return;
  }
  if (method === "GET" && url === "/progress") {
    const stop = controlled.progress.follow((entry) => {
      response.write(`${JSON.stringify(entry)}\n`);
      if (entry.kind !== "step") response.end();
    });
    response.once("close", stop);
    return;
  }
  const [, name = "", word] = /^\/nodes\/([^/]+)\/([a-z]+)$/.exec(url) ?? [];
  const verb = verbs.find((each) => each === word);
  if (method !== "POST" || verb === undefined) {
    response.statusCode = 404;
    response.end(JSON.stringify({ message: `there is no ${method} ${url}` }));
    return;
  }
  await controlled.actOnNode(decodeURIComponent(name), verb);
  response.end("{}");
}
