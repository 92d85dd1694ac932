/** The agent's routes over Nodes that come from no API server. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Node } from "#cluster/contract.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { plainNode } from "#cluster/testing/slim.ts";
import { type RouteReport, startNodeRoutes } from "#cni/agent/routes/node-routes.ts";
import { monitorRoute } from "#linux/netlink/route/monitor.ts";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import { answerCalls } from "../../calls.ts";

interface Outcome {
  /** From the change of the Nodes to the end of the comparison that it led to. */
  readonly tookMs: number;
  /** Entries that the agent has changed, as it says itself, and as the kernel tells everybody. */
  readonly steps: number;
  readonly events: number;
}

const ownName = "node-0";
/** Events of the kernel come after the change. */
const settleMs = 100;

const state = createClusterState();
const address = (index: number, shift: number): string =>
  `192.168.${100 + shift * 10 + (index >> 8)}.${index & 255}`;
let ownAddress = "";
let eventCount = 0;
let onReport: ((report: RouteReport) => void) | undefined;

function nodeOf(index: number, shift: number): Node {
  const own = index === 0 ? ownAddress : address(index, shift);
  return {
    ...plainNode,
    name: `node-${index}`,
    addresses: [{ type: "InternalIP", address: own }],
    podCIDRs: [`10.${100 + (index >> 8)}.${index & 255}.0/24`],
  };
}

/** Does the change and waits for the comparison after which nothing is left to do. */
async function outcomeOf(change: () => void): Promise<Outcome> {
  const before = eventCount;
  let steps = 0;
  const done = new Promise<void>((resolve) => {
    onReport = (report) => {
      steps += report.steps;
      if (steps > 0) resolve();
    };
  });
  const startedMs = performance.now();
  change();
  await done;
  const tookMs = performance.now() - startedMs;
  await sleep(settleMs);
  return { tookMs, steps, events: eventCount - before };
}

/** All Nodes at once, as after a first list. */
function start(request: { readonly nodes: number; readonly address: string }): Promise<Outcome> {
  ownAddress = request.address;
  state.expect("Node");
  monitorRoute(
    { of: ["routes", "neighbours"] },
    {
      onEvent(event) {
        const isOurs = event.kind.startsWith("forwarding") || event.kind.startsWith("neighbour");
        if (isOurs || ("route" in event && event.route.protocol === RTPROT)) eventCount += 1;
      },
      onOverrun: () => undefined,
    },
  );
  startNodeRoutes(state, {
    nodeName: ownName,
    backend: "vxlan",
    directRouting: false,
    vni: 1,
    port: 8472,
    clusterCidrs: ["10.0.0.0/8"],
    nft: openNftables(),
    periodMs: 3_600_000,
    onReconciled: (report) => onReport?.(report),
  });
  const nodes = Array.from({ length: request.nodes }, (_, index) => nodeOf(index, 0));
  return outcomeOf(() => state.replace("Node", nodes));
}

const RTPROT = 86;

/** One Node gets another address. */
function change(request: { readonly index: number; readonly shift: number }): Promise<Outcome> {
  const object = nodeOf(request.index, request.shift);
  return outcomeOf(() => state.apply("Node", [{ type: "upsert", object }]));
}

const calls = { start, change };
export type RouteCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
