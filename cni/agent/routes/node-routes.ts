import { existsSync } from "node:fs";
import type { ClusterState } from "#cluster/contract.ts";
import { monitorRoute } from "#linux/netlink/route/monitor.ts";
import { openRoute } from "#linux/netlink/route/socket.ts";
import type { Nftables } from "#linux/nft/contract.ts";
import { writeSysctl } from "#linux/sysctl.ts";
import { parseOwnerName } from "../../network/owner-name.ts";
import type { RouteOptions } from "./contract.ts";
import { RTPROT_FAIRLEAD } from "./diff.ts";
import { reconcileMasquerade } from "./masquerade.ts";
import { routedNode } from "./nodes.ts";
import { type Reconciled, reconcileRoutes } from "./reconcile.ts";

export interface NodeRoutesOptions extends RouteOptions {
  /** The host's network namespace; the process's own unless given. */
  readonly namespacePath?: string;
  /** Undefined: what pods send out of the cluster keeps their addresses. */
  readonly nft: Nftables | undefined;
  /** Comparisons without any event in between. */
  readonly periodMs: number;
  /** Told after each comparison; `failures` holds nodes passed over, too. */
  onReconciled?(report: RouteReport): void;
}

export interface RouteReport {
  /** Entries that were set or deleted. */
  readonly steps: number;
  readonly nodes: number;
  /** A sentence each. */
  readonly failures: readonly string[];
  readonly durationMs: number;
  /** Of this node's pods. */
  readonly podCidrs: readonly string[];
  readonly podMtuBytes: number;
}

export interface NodeRoutes {
  /** Compares and mends now. False while the Nodes are not known, or not this one: then nothing is touched. */
  reconcile(): Promise<boolean>;
  /** The data plane stays as it is. */
  close(): void;
}

/** Of addresses that other machines know, and the underlay has. */
const RT_SCOPE_UNIVERSE = 0;

/** How long events gather before they are acted on. */
const gatherMs = 50;

/** Keeps the ways to other nodes' pods as Nodes and kernel events ask, until it is closed. */
export function startNodeRoutes(state: ClusterState, options: NodeRoutesOptions): NodeRoutes {
  const { namespacePath, nodeName, nft } = options;
  const where = namespacePath === undefined ? {} : { namespacePath };
  const route = openRoute(where);
  let running: Promise<boolean> = Promise.resolve(false);
  let gathering: NodeJS.Timeout | undefined;
  let isClosed = false;

  const run = async (): Promise<boolean> => {
    const own = state.nodes.get("", nodeName);
    // An empty list is what is read before the first one: it says of no node that it is gone.
    if (isClosed || !state.hasSynced("Node") || own === undefined) return false;
    const startedMs = performance.now();
    const all = [...state.nodes.values()].map((node) => ({ ...routedNode(node), of: node }));
    const mine = routedNode(own);
    const others = all.filter(({ of }) => of !== own).map(({ node }) => node);
    prepareHost(namespacePath);
    const reconciled = reconcileRoutes(route, mine.node, others, options);
    if (reconciled === undefined) return false;
    const failures = [...all.flatMap(({ problems }) => problems), ...failuresOf(reconciled)];
    if (nft !== undefined)
      await reconcileMasquerade(nft, reconciled.desired).catch((error: unknown) =>
        failures.push(String(error)),
      );
    const { steps, desired } = reconciled;
    options.onReconciled?.({
      steps: steps.length,
      nodes: all.length,
      failures,
      durationMs: performance.now() - startedMs,
      podCidrs: desired.ownCidrs,
      podMtuBytes: desired.podMtuBytes,
    });
    return failures.length === 0;
  };
  const reconcile = (): Promise<boolean> => {
    running = running.then(run, run);
    return running;
  };
  const soon = (): void => {
    if (isClosed) return;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      reconcile().catch(() => undefined);
    }, gatherMs);
  };

  const unsubscribe = state.onChange(({ changes }) => {
    if (changes.Node !== undefined) soon();
  });
  const monitor = monitorRoute(
    // A container that comes or goes makes some twenty events, and none of them is of a way to another node.
    {
      ...where,
      only: [
        { kind: "link-gone" },
        { kind: "address", scope: RT_SCOPE_UNIVERSE },
        { kind: "address-gone", scope: RT_SCOPE_UNIVERSE },
        { kind: "route-gone", protocol: RTPROT_FAIRLEAD },
      ],
    },
    {
      onEvent(event) {
        const isContainers =
          event.kind === "link-gone" && parseOwnerName(event.link.alias ?? "") !== undefined;
        if (!isContainers) soon();
      },
      onOverrun: soon,
    },
  );
  const period = setInterval(soon, options.periodMs);
  soon();
  return {
    reconcile,
    close() {
      isClosed = true;
      clearInterval(period);
      clearTimeout(gathering);
      unsubscribe();
      monitor.close();
      route.close();
    },
  };
}

function failuresOf({ desired, failures }: Reconciled): readonly string[] {
  return [...desired.problems, ...failures];
}

/** Packets of pods pass this node, and rules see those that a bridge alone would carry, too. */
function prepareHost(namespacePath: string | undefined): void {
  const keys = [
    "net/ipv4/ip_forward",
    "net/ipv6/conf/all/forwarding",
    "net/bridge/bridge-nf-call-iptables",
    "net/bridge/bridge-nf-call-ip6tables",
  ];
  for (const key of keys) if (existsSync(`/proc/sys/${key}`)) writeSysctl(key, "1", namespacePath);
}
