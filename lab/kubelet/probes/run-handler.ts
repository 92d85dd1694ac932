import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Handler } from "../contract.ts";
import type { Outcome, ProbeTarget } from "./contract.ts";
import { dialWords, httpGet } from "./http-get.ts";
import { portNumber } from "./port-number.ts";

/**
 * Does once what a probe or hook says. It never fails: what goes wrong is the outcome, and so is what a name, header,
 * port or redirect is refused for before anything is sent.
 */
export async function runHandler(
  handler: Handler,
  target: ProbeTarget,
  timeoutMs: number,
): Promise<Outcome> {
  try {
    return await run(handler, target, timeoutMs);
  } catch (error) {
    return { isSuccess: false, message: error instanceof Error ? error.message : String(error) };
  }
}

async function run(handler: Handler, target: ProbeTarget, timeoutMs: number): Promise<Outcome> {
  if (handler.exec !== undefined) return target.exec(handler.exec.command ?? [], timeoutMs);
  if (handler.httpGet !== undefined) return httpGet(handler.httpGet, target, timeoutMs);
  if (handler.tcpSocket !== undefined) {
    const { port, host } = handler.tcpSocket;
    return tcpConnect(host || target.address, portNumber(port, target), timeoutMs);
  }
  if (handler.grpc !== undefined)
    // Whether it accepts connections: the lab speaks no gRPC.
    return tcpConnect(target.address, handler.grpc.port, timeoutMs);
  if (handler.sleep !== undefined) await sleep(handler.sleep.seconds * 1000);
  return { isSuccess: true, message: "" };
}

function tcpConnect(host: string, port: number | undefined, timeoutMs: number): Promise<Outcome> {
  if (port === undefined)
    return Promise.resolve({ isSuccess: false, message: "couldn't find the port by its name" });
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (outcome: Outcome): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once("connect", () => end({ isSuccess: true, message: "" }));
    socket.once("timeout", () =>
      end({ isSuccess: false, message: `dial tcp ${host}:${port}: i/o timeout` }),
    );
    socket.once("error", (error) => end({ isSuccess: false, message: dialWords(error) }));
  });
}
