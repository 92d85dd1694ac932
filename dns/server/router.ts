import type { LoadedBlock } from "../contract.ts";
import { foldName, parentName } from "../wire/name.ts";
import type { Route, Router } from "./contract.ts";

/** Finds the block for a name by its longest zone, one lookup a label. */
export function createRouter(blocks: readonly LoadedBlock[]): Router {
  const byServer = new Map<string, Map<string, Route>>();
  for (const { served, instances } of blocks) {
    const takesAllClasses = instances.some(({ name }) => name === "chaos");
    for (const { server, zone } of served) {
      const zones = byServer.get(server) ?? new Map<string, Route>();
      zones.set(zone, { zone, instances, takesAllClasses });
      byServer.set(server, zones);
    }
  }
  return {
    route(server, name) {
      const zones = byServer.get(server);
      if (zones === undefined) return undefined;
      for (let at: string | undefined = foldName(name); at !== undefined; at = parentName(at)) {
        const route = zones.get(at);
        if (route !== undefined) return route;
      }
      return undefined;
    },
  };
}
