import type { EndpointSlice } from "#cluster/contract.ts";
import type { PlanWarning } from "../contract.ts";
import { unusable } from "./addresses.ts";

/** One for each slice and kind of address that endpoints cannot have; such endpoints are left out. */
export function endpointWarnings(slices: readonly EndpointSlice[]): readonly PlanWarning[] {
  return slices.flatMap((slice) => {
    if (slice.addressType === "FQDN" || slice.hasHeadlessLabel) return [];
    const byProblem = new Map<string, string[]>();
    for (const { addresses } of slice.endpoints) {
      const address = addresses[0] ?? "";
      const problem = unusable(address);
      if (problem === undefined) continue;
      const known = byProblem.get(problem);
      if (known === undefined) byProblem.set(problem, [address]);
      else known.push(address);
    }
    return [...byProblem].map(([problem, addresses]): PlanWarning => {
      const [first = "", ...others] = addresses;
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      const message = `EndpointSlice ${slice.namespace}/${slice.name}: endpoints.addresses: "${first}"${more}: a ${problem} address can be no endpoint`;
      return { reason: "bad-endpoint-address", message };
    });
  });
}
