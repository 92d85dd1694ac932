import type { Next, PluginInstance, Query, Verdict } from "../contract.ts";
import { Rcode } from "../wire/constants.ts";

/** Told of a handler that threw: a defect of that plugin, not of the query. */
export type OnPanic = (plugin: string, error: Error) => void;

/**
 * Sends a query through a server block's handlers in their order. A query that falls off the end is answered SERVFAIL,
 * and REFUSED where the block has no handler at all (CoreDNS: NextOrFailure). A
 * handler that throws answers SERVFAIL where it stands, so that the plugins before it (errors, log, prometheus) see
 * that verdict.
 *
 * @returns the verdict; the promise is never rejected
 */
export function runChain(
  instances: readonly PluginInstance[],
  query: Query,
  onPanic: OnPanic,
): Promise<Verdict> {
  return step(instances, 0, onPanic)(query);
}

function step(instances: readonly PluginInstance[], start: number, onPanic: OnPanic): Next {
  return async (query) => {
    for (let index = start; index < instances.length; index++) {
      const instance = instances[index];
      if (instance?.handler === undefined) continue;
      try {
        return await instance.handler.serve(query, step(instances, index + 1, onPanic));
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        onPanic(instance.name, error);
        return { kind: "refused", rcode: Rcode.SERVFAIL, plugin: instance.name, error };
      }
    }
    const asked = instances.some(({ handler }) => handler !== undefined);
    return { kind: "refused", rcode: asked ? Rcode.SERVFAIL : Rcode.REFUSED, plugin: "" };
  };
}
