import type { AttemptRequest, Outcome } from "../contract.ts";
import type { Opened } from "./connection.ts";
import { openSctp, openTcp } from "./stream.ts";
import { openUdp } from "./udp.ts";

const openers = { tcp: openTcp, udp: openUdp, sctp: openSctp };

/** Connects and has the server say who it is. A connection is handed out only with its answer. */
export function open(request: AttemptRequest): Promise<Opened> {
  return openers[request.transport](request);
}

export async function attemptOnce(request: AttemptRequest): Promise<Outcome> {
  const opened = await open(request);
  if ("kind" in opened) return opened;
  opened.connection.close();
  return opened.outcome;
}

export async function attemptAll(request: AttemptRequest): Promise<readonly Outcome[]> {
  const { times = 1, parallel = 1 } = request;
  const outcomes: Outcome[] = [];
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < times) {
      begun++;
      outcomes.push(await attemptOnce(request));
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return outcomes;
}
