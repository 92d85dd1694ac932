import { expect, test } from "vitest";
import { FakeNftables } from "#linux/nft/fake/fake.ts";
import type { IpFamily } from "../contract.ts";
import { TableModel } from "../sync/table-model.ts";
import { frontend, portPlan } from "../testing/port-plans.ts";
import { exampleOptions, threeServices } from "../testing/three-services.ts";
import { layoutMark, tableOf } from "./base.ts";
import { ClassNumbers } from "./classes.ts";
import { portElements } from "./elements.ts";
import { placePort, SlotIds } from "./place.ts";

async function listing(family: IpFamily): Promise<string> {
  const nft = new FakeNftables();
  const model = new TableModel(exampleOptions(family));
  const { transaction } = model.prepareAnew(threeServices[family], false);
  expect(await nft.commit(transaction)).toEqual({ ok: true });
  return nft.dump(tableOf(family)) ?? "";
}

test.each([4, 6] as const)("the whole rule set of three Services, IPv%i", async (family) => {
  await expect(await listing(family)).toMatchFileSnapshot(`three-services.ipv${family}.nft`);
});

/** How many elements a ServicePort puts into each set. */
function elementCounts(text: string, more: Parameters<typeof portPlan>[1] = {}): string {
  const placed = placePort(portPlan(text, more), new SlotIds());
  const counts = new Map<string, number>();
  for (const { set } of portElements(placed, new ClassNumbers()))
    counts.set(set, (counts.get(set) ?? 0) + 1);
  return Array.from(counts, ([set, count]) => `${set} ${count}`).join(", ");
}

const three = "shop/web:http TCP 10.96.0.1 80 > 10.1.0.1 80 local, 10.1.1.1 80, 10.1.2.1 80";
const nodePort = frontend("NodePort 192.0.2.1 30080");
const balancer = frontend("LoadBalancer 203.0.113.3 80");

test.each([
  ["ClusterIP", {}, "services 1, endpoints 3"],
  ["internalTrafficPolicy Local", { internal: "local" }, "services 1, endpoints 1"],
  ["Local, and none here", { internal: "drop" }, "services 1"],
  [
    "none anywhere",
    { internal: "refuse", external: "refuse", frontends: [nodePort] },
    "services 2",
  ],
  [
    "a NodePort shares the endpoints",
    { frontends: [nodePort] },
    "services 2, endpoints 3, pick 1, canonical_address 1, canonical_port 1, masquerade_all 1",
  ],
  [
    "a load balancer beside it",
    { frontends: [nodePort, balancer] },
    "services 3, endpoints 3, pick 1, canonical_address 2, canonical_port 1, masquerade_all 2",
  ],
  [
    "externalTrafficPolicy Local",
    { external: "local", externalLocal: true, frontends: [nodePort] },
    "services 2, endpoints 4, pick 1, pick_local 1, canonical_address 1, canonical_port 1, masquerade_node 1",
  ],
  [
    "source ranges",
    { frontends: [frontend("LoadBalancer 203.0.113.3 80 from 198.51.100.0/24 192.0.2.7/32")] },
    "services 2, endpoints 3, pick 1, behind 1, allowed 2, canonical_address 1, masquerade_all 1",
  ],
  ["affinity", { affinityTimeoutSeconds: 60 }, "services 1, slot_ids 3, slots 3"],
  ["maglev", { balancing: { kind: "maglev", slots: 251 } }, "services 1, endpoints 251"],
] as const)("elements: %s", (_, more, counts) => {
  expect(elementCounts(three, more)).toBe(counts);
});

test("two layouts that differ in a rule or a set are told apart, other ranges are not", () => {
  const options = exampleOptions(4);
  const mark = layoutMark(options);
  expect(layoutMark({ ...options, serviceCidrs: ["10.97.0.0/16"] })).toBe(mark);
  expect(layoutMark({ ...options, endpointCounters: true })).not.toBe(mark);
  expect(layoutMark({ ...options, masqueradeAll: true })).not.toBe(mark);
  expect(layoutMark({ ...options, localTraffic: { kind: "interface", name: "br0" } })).not.toBe(
    mark,
  );
});
