import { createHttpListener, type HttpListener } from "#observe/http.ts";
import type { SharedServices } from "../contract.ts";
import type { HostPort } from "../corefile/arguments.ts";

/**
 * The process's HTTP listener for an address: health, ready and prometheus may share one, and it stays open over a
 * reload that keeps the address.
 */
export function httpListenerAt({ host, port }: HostPort, shared: SharedServices): HttpListener {
  return shared.keep(`http ${host}:${port}`, () => createHttpListener({ host, port }));
}
