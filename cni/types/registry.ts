import type { Host } from "../contract.ts";
import type { TypeLoader } from "../plugin/run.ts";

/** Loads types one by one: what a call does not need costs its start nothing. */
export function typeLoader(host: Host): TypeLoader {
  return async (name) => {
    switch (name) {
      case "host-local":
        return (await import("../ipam/host-local.ts")).hostLocal(host);
      default:
        return undefined;
    }
  };
}
