import fc from "fast-check";
import { expect, it } from "vitest";
import type { EndpointSlice, Service } from "#cluster/contract.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { plainNode } from "#cluster/testing/slim.ts";
import { Planner } from "./planner.ts";
import { node, options, planText, service, slice } from "./test-objects.ts";

const name = fc.constantFrom("a", "b", "c", "d");
const externalIP = fc.constantFrom("198.51.100.7", "198.51.100.8");
const arbitraryService: fc.Arbitrary<Service> = fc
  .record({
    name,
    clusterIP: fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"),
    externalIPs: fc.uniqueArray(externalIP, { maxLength: 2 }),
    createdSeconds: fc.integer({ min: 0, max: 3 }),
    externalTrafficPolicy: fc.constantFrom("Cluster", "Local"),
    proxyName: fc.constantFrom("", "", "", "other"),
  })
  .map(({ name: its, clusterIP, createdSeconds, ...traffic }) => ({
    ...service(`${its}.shop ClusterIP ${clusterIP} http/TCP/80`, traffic),
    createdSeconds,
  }));
const endpoint = fc.constantFrom("10.1.0.1@n1", "10.1.0.2@n2[a]", "10.1.0.3[b]", "10.1.0.4@n1~");
const arbitrarySlice: fc.Arbitrary<EndpointSlice> = fc
  .record({ owner: name, its: fc.constantFrom("x", "y"), list: fc.uniqueArray(endpoint) })
  .map(({ owner, its, list }) =>
    slice(`${its}.shop of ${owner} IPv4 http/TCP/8080 | ${list.join(" ")}`),
  );

type Step =
  | { readonly put: "Service"; readonly object: Service }
  | { readonly put: "EndpointSlice"; readonly object: EndpointSlice }
  | { readonly drop: "Service" | "EndpointSlice"; readonly name: string }
  | { readonly zone: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ put: fc.constant("Service" as const), object: arbitraryService }),
  fc.record({ put: fc.constant("EndpointSlice" as const), object: arbitrarySlice }),
  fc.record({ drop: fc.constant("Service" as const), name }),
  fc.record({ drop: fc.constant("EndpointSlice" as const), name: fc.constantFrom("x", "y") }),
  fc.record({ zone: fc.constantFrom("a", "b") }),
);

type State = ReturnType<typeof createClusterState>;

function plannerOver(state: State): Planner {
  const factsOf = (it: { readonly labels: Readonly<Record<string, string>> } | undefined) => ({
    ...node,
    zone: it?.labels["topology.kubernetes.io/zone"],
  });
  return new Planner({ state, options, nodeName: "n1", factsOf, nowMs: () => 0 });
}

function take(state: State, it: Step): void {
  if ("zone" in it) {
    const labels = { "topology.kubernetes.io/zone": it.zone };
    state.apply("Node", [{ type: "upsert", object: { ...plainNode, labels } }]);
  } else if ("drop" in it) {
    state.apply(it.drop, [{ type: "delete", namespace: "shop", name: it.name }]);
  } else if (it.put === "Service") state.apply(it.put, [{ type: "upsert", object: it.object }]);
  else state.apply(it.put, [{ type: "upsert", object: it.object }]);
}

const texts = (planner: Planner): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries([...planner.plans].sort().map(([key, plan]) => [key, planText(plan)]));

it("after any history the plans are those of a planner that starts now, and the deltas add up to them", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const state = createClusterState({
        onListenerError: (error) => {
          throw error;
        },
      });
      const planner = plannerOver(state);
      const told = new Map<string, readonly string[]>();
      state.onChange((changeSet) => {
        const { changed, removed } = planner.follow(changeSet);
        for (const plan of changed) told.set(`${plan.namespace}/${plan.name}`, planText(plan));
        for (const it of removed) told.delete(`${it.namespace}/${it.name}`);
      });
      for (const it of steps) take(state, it);
      planner.refresh();
      const fresh = plannerOver(state);
      fresh.refresh();
      expect(texts(planner)).toEqual(texts(fresh));
      expect(Object.fromEntries([...told].sort())).toEqual(texts(planner));
    }),
    { numRuns: 500 },
  );
});
