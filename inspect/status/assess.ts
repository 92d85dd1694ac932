/** From what the API server says to what is well and what is not. Pure. */
import type { V1Node, V1Pod } from "@kubernetes/client-node";
import type { Observed, StatusItem } from "./contract.ts";

/** Objects of Fairlead's own carry it. */
export const ownSelector = "app.kubernetes.io/part-of=fairlead";

export function assess(observed: Observed): readonly StatusItem[] {
  const { server, version, tookMs } = observed;
  return [
    { name: "API server", state: "ok", detail: `${server}, ${version}, ${tookMs} ms`, notes: [] },
    nodesItem(observed),
    ...workloadItems(observed),
    dnsItem(observed),
  ];
}

/** The one item that there is when nobody answers. */
export function unreachable(server: string, why: string): StatusItem {
  return { name: "API server", state: "failed", detail: `${server}: ${why}`, notes: [] };
}

function nodesItem({ nodes }: Observed): StatusItem {
  const notes = nodes.flatMap((node) => {
    const why = nodeTrouble(node);
    return why === undefined ? [] : [`${nameOf(node)}: ${why}`];
  });
  const ready = nodes.length - notes.length;
  return {
    name: "Nodes",
    state: nodes.length === 0 ? "failed" : notes.length === 0 ? "ok" : "waiting",
    detail: nodes.length === 0 ? "there are none" : `${ready} of ${nodes.length} ready`,
    notes,
  };
}

function nodeTrouble({ spec, status }: V1Node): string | undefined {
  const ready = (status?.conditions ?? []).find(({ type }) => type === "Ready");
  if (ready === undefined) return "has not said yet that it is ready";
  if (ready.status !== "True")
    return `${ready.reason ?? "not ready"}: ${ready.message ?? ready.status}`;
  return spec?.podCIDR === undefined ? "has no podCIDR: pods get no addresses" : undefined;
}

function workloadItems({ daemonSets, deployments, pods }: Observed): readonly StatusItem[] {
  const items = [
    ...daemonSets.map(({ metadata, status }) => {
      const { desiredNumberScheduled = 0, numberReady = 0, updatedNumberScheduled } = status ?? {};
      const counts = {
        wanted: desiredNumberScheduled,
        ready: numberReady,
        updated: updatedNumberScheduled,
      };
      return workloadItem("DaemonSet", metadata?.name ?? "", counts, pods);
    }),
    ...deployments.map(({ metadata, spec, status }) => {
      const { readyReplicas = 0, updatedReplicas } = status ?? {};
      const counts = {
        wanted: spec?.replicas ?? 1,
        ready: readyReplicas,
        updated: updatedReplicas,
      };
      return workloadItem("Deployment", metadata?.name ?? "", counts, pods);
    }),
  ];
  if (items.length > 0) return items;
  const detail = `nothing has the label ${ownSelector}: it is not installed here`;
  return [{ name: "Fairlead", state: "failed", detail, notes: [] }];
}

interface Counts {
  readonly wanted: number;
  readonly ready: number;
  readonly updated: number | undefined;
}

function workloadItem(
  kind: string,
  name: string,
  { wanted, ready, updated = 0 }: Counts,
  pods: readonly V1Pod[],
): StatusItem {
  const notes = pods
    .filter(({ metadata }) => isOf(metadata?.name ?? "", name))
    .flatMap((pod) => podTrouble(pod) ?? []);
  const isDone = wanted > 0 && ready >= wanted && updated >= wanted;
  const behind = updated < wanted && wanted > 0 ? `, ${updated} up to date` : "";
  return {
    name,
    state: isDone ? "ok" : "waiting",
    detail: `${kind}: ${ready} of ${wanted} ready${behind}`,
    notes: isDone ? [] : notes,
  };
}

/** Pods are named after what made them. */
const isOf = (pod: string, workload: string): boolean => pod.startsWith(`${workload}-`);

function podTrouble({ metadata, spec, status }: V1Pod): string | undefined {
  const conditions = status?.conditions ?? [];
  if (conditions.some(({ type, status }) => type === "Ready" && status === "True"))
    return undefined;
  const state = (status?.containerStatuses ?? []).map(
    ({ state }) => state?.waiting ?? state?.terminated,
  );
  const { reason, message } = state.find((each) => each !== undefined) ?? {};
  const unmet = conditions.find(({ status }) => status === "False");
  const why = [reason, message].filter(Boolean).join(": ") || unmet?.message || unmet?.reason;
  return `${metadata?.name} on ${spec?.nodeName ?? "no node"}: ${why ?? status?.phase ?? "no status yet"}`;
}

function dnsItem({ dns, dnsSlices }: Observed): StatusItem {
  const name = "kube-dns";
  if (dns === undefined)
    return { name, state: "failed", detail: "there is no Service kube-system/kube-dns", notes: [] };
  const endpoints = dnsSlices.flatMap(({ endpoints }) => endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  const address = dns.spec?.clusterIPs?.join(", ") ?? dns.spec?.clusterIP ?? "no address";
  return {
    name,
    state: ready > 0 ? "ok" : "waiting",
    detail: `${address}, ${ready} of ${endpoints.length} endpoints ready`,
    notes: [],
  };
}

const nameOf = ({ metadata }: V1Node): string => metadata?.name ?? "";
