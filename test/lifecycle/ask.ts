import { rcodeName } from "#dns/wire/constants.ts";
import type { Message } from "#dns/wire/contract.ts";
import { decodeMessage } from "#dns/wire/decode.ts";
import { type Destination, exchangeTcp, exchangeUdp } from "#test/conformance/client.ts";
import { questionBytes } from "#test/conformance/question.ts";

export type Over = "udp" | "tcp";
export const transports: readonly Over[] = ["udp", "tcp"];

export const local = (port: number, host = "127.0.0.1"): Destination => ({ host, port });

/** Asks `NAME TYPE` (`@` and `$` as in the conformance table). Undefined when no answer came. */
export async function ask(
  to: Destination,
  question: string,
  over: Over = "udp",
  timeoutMs?: number,
): Promise<Message | undefined> {
  const exchange = over === "udp" ? exchangeUdp : exchangeTcp;
  // A port that nobody holds refuses: no answer either.
  const reply = await exchange(to, questionBytes(question), timeoutMs).catch(() => undefined);
  return reply === undefined ? undefined : decodeMessage(reply);
}

/** "NOERROR 10.0.0.100" of an answer, or "nothing". */
export async function brief(to: Destination, question: string, over: Over = "udp") {
  const message = await ask(to, question, over);
  if (message === undefined) return "nothing";
  const addresses = message.answers.flatMap((record) =>
    "address" in record ? [record.address] : [record.type],
  );
  return [rcodeName(message.rcode), ...addresses.sort()].join(" ");
}

/** Status and body of a page. */
export async function page(port: number, path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return `${response.status} ${await response.text()}`;
}
