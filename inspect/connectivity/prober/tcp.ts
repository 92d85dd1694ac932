import { once } from "node:events";
import { connect } from "node:net";
import type { Outcome, TcpAttempt } from "./contract.ts";

type Result = Pick<Extract<Outcome, { kind: "connected" }>, "kind" | "address">;

/** @throws Error with the errno's name as code, AbortError at the time-out */
export async function tryTcp({ host, port, timeoutMs }: TcpAttempt): Promise<Result> {
  const signal = AbortSignal.timeout(timeoutMs);
  const socket = connect({ host, port, signal });
  try {
    await once(socket, "connect", { signal });
    return { kind: "connected", address: socket.remoteAddress ?? "" };
  } finally {
    socket.destroy();
  }
}
