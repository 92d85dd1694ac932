import type { PodSpec } from "../contract.ts";
import { allContainers } from "./containers-of.ts";

/** Quality of service by requests and limits of cpu and memory, as the API documents it. */
export function qosClass(spec: PodSpec): "Guaranteed" | "Burstable" | "BestEffort" {
  const wants = allContainers(spec).map(({ resources: { limits = {}, requests = {} } = {} }) =>
    ["cpu", "memory"].map((name) => ({
      limit: limits[name],
      request: requests[name] ?? limits[name],
    })),
  );
  const all = wants.flat();
  if (all.every(({ limit, request }) => limit === undefined && request === undefined))
    return "BestEffort";
  return all.every(({ limit, request }) => limit !== undefined && limit === request)
    ? "Guaranteed"
    : "Burstable";
}
