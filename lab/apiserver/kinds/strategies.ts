import { namespaceStrategy } from "./namespace.ts";
import type { Strategies } from "./strategy.ts";

/** The strategies of all kinds that have one. */
export function createStrategies(): Strategies {
  return new Map([["/Namespace", namespaceStrategy]]);
}
