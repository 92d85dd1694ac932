import { createHttpListener, type HttpListener } from "#observe/http.ts";
import type { SharedServices } from "../contract.ts";
import type { HostPort } from "../corefile/arguments.ts";

/** The process's HTTP listener for an address, made on first use: health, ready and prometheus may share one. */
export function httpListenerAt({ host, port }: HostPort, shared: SharedServices): HttpListener {
  return shared.once(`http ${host}:${port}`, () => createHttpListener({ host, port }));
}
