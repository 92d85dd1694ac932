import type { Exchange } from "./exchange.ts";
import type { NamedTarget } from "./route.ts";

/** Serves one subresource. */
export interface PartHandler {
  /** @throws StatusError */
  handle(exchange: Exchange, target: NamedTarget): Promise<void>;
}
