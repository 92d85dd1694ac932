import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { Element, Nftables, Operation } from "#linux/nft/contract.ts";
import { FakeNftables } from "#linux/nft/fake/fake.ts";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import { type TestNamespace, testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import type { PortPlan } from "../contract.ts";
import { tableOf } from "../layout/base.ts";
import type { LayoutOptions } from "../layout/contract.ts";
import { frontend, portPlan } from "../testing/port-plans.ts";
import { exampleOptions, threeServices } from "../testing/three-services.ts";
import { removeTables } from "./cleanup.ts";
import type { DriftReport, ServiceUpdate } from "./contract.ts";
import { FamilySync } from "./family-sync.ts";

const table = tableOf(4);
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function kernel(): Nftables {
  const namespace: TestNamespace = testNamespace();
  const nft = openNftables({ namespacePath: namespace.path });
  cleanups.push(
    () => namespace.delete(),
    () => nft.close(),
  );
  return nft;
}

/** What a sync did: transactions, refusals and audits, one line each. */
interface Rig {
  readonly sync: FamilySync;
  readonly log: string[];
}

function rig(nft: Nftables, options: Partial<LayoutOptions> = {}): Rig {
  const log: string[] = [];
  const silent = () => {};
  const logger = { debug: silent, info: silent, warn: silent, error: silent, child: () => logger };
  const sync = new FamilySync({
    nft,
    options: { ...exampleOptions(4), ...options },
    observer: {
      onSynced: ({ services }) => log.push(`synced ${services.map(({ name }) => name).join(" ")}`),
      onSyncFailed: () => log.push("failed"),
      onCommit: ({ addedElements, removedElements, ok }) =>
        log.push(`${ok ? "commit" : "refused"} +${addedElements} -${removedElements}`),
      onRefused: ({ id }, { errnoName }) => log.push(`left out ${id}: ${errnoName}`),
      onAudit: (_, drift) => log.push(`audit ${driftText(drift)}`),
    },
    logger,
    nowMs: () => performance.now(),
    sleep: () => turn(),
  });
  cleanups.push(() => sync.stop());
  return { sync, log };
}

function driftText(drift: DriftReport | undefined): string {
  return drift === undefined ? "clean" : `${drift.sets.join(",")} ${drift.elements}`;
}

/** Ports by their Service; a word alone is a Service that is gone. */
function updates(...plans: readonly (PortPlan | string)[]): readonly ServiceUpdate[] {
  return plans.map((plan) =>
    typeof plan === "string"
      ? { namespace: "shop", name: plan, ports: [], revision: 1 }
      : { namespace: plan.namespace, name: plan.name, ports: [plan], revision: 1 },
  );
}

const web = (...endpoints: readonly number[]): PortPlan =>
  portPlan(
    `shop/web:http TCP 10.96.0.1 80 > ${endpoints.map((pod) => `10.1.0.${pod} 80`).join(", ")}`,
  );
const api = (address = "10.96.0.2"): PortPlan =>
  portPlan(`shop/api:http TCP ${address} 80 > 10.2.0.1 80`);
const sticky = (...endpoints: readonly number[]): PortPlan => ({
  ...web(...endpoints),
  affinityTimeoutSeconds: 60,
});

/** Everything that the table's sets hold, sorted. */
async function contents(nft: Nftables, ignored: readonly string[] = []): Promise<string[]> {
  const lines: string[] = [];
  for (const { name } of (await nft.sets(table)) ?? []) {
    if (ignored.includes(name)) continue;
    for (const element of await nft.elements(table, name)) lines.push(`${name} ${hex(element)}`);
  }
  return lines.sort();
}

function hex({ key, data }: Element): string {
  const value =
    data instanceof Uint8Array ? Buffer.from(data).toString("hex") : JSON.stringify(data);
  return `${Buffer.from(key).toString("hex")} ${value}`;
}

function behaviour(open: () => Nftables): void {
  test("a lone change is one transaction of what differs", async () => {
    const { sync, log } = rig(open());
    sync.submit(updates(web(1, 2, 3), api()));
    await sync.start();
    log.length = 0;
    for (const plan of [web(1, 2, 4), web(1, 2), web(1, 2, 5)]) {
      sync.submit(updates(plan));
      await sync.settled();
    }
    sync.submit(updates("api"));
    await sync.settled();
    expect(log).toEqual([
      "commit +1 -1",
      "synced web",
      // The class of a number of endpoints that is new: one element in each of two verdict maps.
      "commit +3 -2",
      "synced web",
      "commit +2 -1",
      "synced web",
      "commit +0 -3",
      "synced api",
    ]);
  });

  test("changes that come together are committed together, and none for what ends as it was", async () => {
    const { sync, log } = rig(open());
    sync.submit(updates(web(1), api()));
    await sync.start();
    log.length = 0;
    sync.submit(updates(web(2)));
    sync.submit(updates(web(3)));
    sync.submit(updates(api("10.96.0.3")));
    await sync.settled();
    sync.submit(updates(web(3)));
    await sync.settled();
    expect(log).toEqual(["commit +4 -4", "synced web api", "synced web"]);
  });

  test("an address goes from one Service to another within a transaction", async () => {
    const { sync, log } = rig(open());
    sync.submit(updates(web(1)));
    await sync.start();
    log.length = 0;
    sync.submit(updates(api("10.96.0.1"), "web"));
    await sync.settled();
    expect(log).toEqual(["commit +1 -1", "synced api web"]);
  });

  test("a restart with nothing changed writes nothing", async () => {
    const nft = open();
    const first = rig(nft);
    first.sync.submit(updates(...threeServices[4], web(1, 2, 3)));
    await first.sync.start();
    first.sync.submit(updates(web(2, 3), sticky(4, 5)));
    await first.sync.settled();
    const before = await contents(nft);
    const second = rig(nft);
    second.sync.submit(updates(...threeServices[4], sticky(5, 4)));
    await second.sync.start();
    expect(second.log).toEqual([expect.stringMatching(/^synced/)]);
    expect(await contents(nft)).toEqual(before);
  });

  test("a restart writes what has changed meanwhile, and leaves the rest where it stands", async () => {
    const nft = open();
    const first = rig(nft);
    first.sync.submit(updates(web(1, 2, 3), api()));
    await first.sync.start();
    const second = rig(nft);
    second.sync.submit(updates(web(9, 3, 2)));
    await second.sync.start();
    // One endpoint is another, and everything of api is gone.
    expect(second.log).toEqual(["commit +1 -4", "synced web"]);
    expect((await contents(nft)).filter((line) => line.startsWith("endpoints"))).toHaveLength(3);
  });

  test("what was read ahead counts as long as nobody has written since", async () => {
    const nft = open();
    const first = rig(nft);
    first.sync.submit(updates(web(1, 2, 3), api()));
    await first.sync.start();
    const second = rig(nft);
    await second.sync.readAhead();
    second.sync.submit(updates(web(3, 2, 1), api()));
    await second.sync.start();
    expect(second.log).toEqual(["synced web api"]);
    const third = rig(nft);
    await third.sync.readAhead();
    second.sync.submit(updates(web(7, 8, 9)));
    await second.sync.settled();
    const after = await contents(nft);
    third.sync.submit(updates(web(9, 8, 7), api()));
    await third.sync.start();
    expect(third.log).toEqual(["synced web api"]);
    expect(await contents(nft)).toEqual(after);
  });

  test("slot numbers of affinity are never dealt again, over restarts too", async () => {
    const nft = open();
    const first = rig(nft);
    first.sync.submit(updates(sticky(1, 2)));
    await first.sync.start();
    const second = rig(nft);
    second.sync.submit(updates(sticky(2, 3)));
    await second.sync.start();
    const slots = (await nft.elements(table, "slots")).map(({ key }) =>
      Buffer.from(key).toString("hex"),
    );
    expect(new Set([...slots, "000000f2"])).toEqual(new Set(["000000f2", "010000f2", "020000f2"]));
    expect(slots).not.toContain("000000f2");
  });

  test("a table of another layout is replaced in one transaction", async () => {
    const nft = open();
    const first = rig(nft);
    first.sync.submit(updates(web(1, 2)));
    await first.sync.start();
    const second = rig(nft, { endpointCounters: true });
    second.sync.submit(updates(web(2, 1)));
    await second.sync.start();
    expect(second.log.filter((line) => line.startsWith("commit"))).toHaveLength(1);
    await second.sync.audit();
    expect(second.log.at(-1)).toBe("audit clean");
  });

  test("an audit mends what others changed, and says where", async () => {
    const nft = open();
    const { sync, log } = rig(nft);
    sync.submit(updates(...threeServices[4]));
    await sync.start();
    const whole = await contents(nft);
    const [first] = await nft.elements(table, "endpoints");
    const [second] = await nft.elements(table, "services");
    if (first === undefined || second === undefined) throw new Error("elements");
    const stray = { key: second.key.map((byte) => byte ^ 1), data: second.data ?? second.key };
    await nft.commit({
      table,
      operations: [
        { kind: "deleteElements", set: "endpoints", elements: [{ key: first.key }] },
        { kind: "addElements", set: "services", elements: [stray] },
        { kind: "flushSet", set: "hairpin" },
      ],
    });
    log.length = 0;
    await sync.audit();
    await sync.audit();
    expect(log).toEqual(["commit +4 -1", "audit services,endpoints,hairpin 5", "audit clean"]);
    expect(await contents(nft)).toEqual(whole);
  });

  test.each<[string, Operation]>([
    ["the table is gone", { kind: "deleteTable" }],
    ["a chain is empty", { kind: "flushChain", chain: "external" }],
    ["a chain of a number of endpoints is empty", { kind: "flushChain", chain: "lb-2" }],
  ])("an audit makes the table anew: %s", async (_, harm) => {
    const nft = open();
    const { sync, log } = rig(nft);
    sync.submit(updates(...threeServices[4]));
    await sync.start();
    const whole = await contents(nft);
    await nft.commit({ table, operations: [harm] });
    log.length = 0;
    await sync.audit();
    expect(log.at(-1)).toMatch(/^audit layout [1-9]/);
    expect(await contents(nft)).toEqual(whole);
    sync.submit(updates(web(7)));
    await sync.settled();
    expect(log.at(-1)).toBe("synced web");
  });

  test("a change that meets a table that is gone is in the table that is made anew", async () => {
    const nft = open();
    const { sync, log } = rig(nft);
    sync.submit(updates(api()));
    await sync.start();
    await nft.commit({ table, operations: [{ kind: "deleteTable" }] });
    sync.submit(updates(web(7)));
    await sync.settled();
    await sync.audit();
    expect(log.slice(-3)).toEqual(["commit +3 -0", "synced web", "audit clean"]);
  });

  test("other ranges come to the kernel without a new table", async () => {
    const nft = open();
    const { sync, log } = rig(nft);
    await sync.start();
    log.length = 0;
    const localTraffic = { kind: "cidrs", cidrs: ["10.250.0.0/24"] } as const;
    sync.setRanges({ serviceCidrs: ["10.96.0.0/16", "10.97.0.0/16"], localTraffic });
    await sync.settled();
    expect(log).toEqual(["commit +2 -1", "audit service_cidrs,local_sources 3"]);
  });

  test("ranges that change while an audit runs are not forgotten", async () => {
    const { sync, log } = rig(open());
    await sync.start();
    const { localTraffic } = exampleOptions(4);
    sync.setRanges({ serviceCidrs: ["10.97.0.0/16"], localTraffic });
    await turn();
    sync.setRanges({ serviceCidrs: ["10.98.0.0/16", "10.99.0.0/16"], localTraffic });
    await sync.settled();
    log.length = 0;
    await sync.audit();
    expect(log).toEqual(["audit clean"]);
  });

  test("clean-up takes the proxy's tables and no other", async () => {
    const nft = open();
    const other = { family: "ip", name: "somebody" } as const;
    await nft.commit({ table: other, operations: [{ kind: "addTable" }] });
    const { sync } = rig(nft);
    await sync.start();
    expect(await removeTables(nft)).toEqual(["ip fairlead"]);
    expect(await nft.tables("ip")).toEqual(["somebody"]);
  });
}

describe("in memory", () => {
  behaviour(() => new FakeNftables());

  /** Services a, b, c … at addresses that end in 1, 2, 3 …. */
  const many = (count: number): readonly PortPlan[] =>
    Array.from({ length: count }, (_, index) =>
      portPlan(`shop/s${index + 1}:http TCP 10.96.1.${index + 1} 80 > 10.1.0.1 80`),
    );

  test("of a refused batch all are programmed but the one at fault, which is named", async () => {
    const nft = new FakeNftables();
    const { sync, log } = rig(nft);
    await sync.start();
    log.length = 0;
    nft.refuseElements((_, { key }) => (key[3] === 5 && key[2] === 1 ? "EINVAL" : undefined));
    sync.submit(updates(...many(8)));
    await sync.settled();
    expect(log.filter((line) => line.startsWith("left out"))).toEqual([
      "left out shop/s5:http/TCP/4: EINVAL",
    ]);
    expect(await nft.elements(table, "cluster_ips")).toHaveLength(7);
    nft.refuseElements(() => undefined);
    await sync.audit();
    expect(await nft.elements(table, "cluster_ips")).toHaveLength(8);
  });

  test("a repair leaves out what the kernel refuses, and makes the rest", async () => {
    const nft = new FakeNftables();
    const first = rig(nft);
    first.sync.submit(updates(web(1)));
    await first.sync.start();
    const second = rig(nft);
    nft.refuseElements((_, { key }) => (key[3] === 5 && key[2] === 1 ? "EINVAL" : undefined));
    second.sync.submit(updates(...many(8)));
    await second.sync.start();
    expect(await nft.elements(table, "cluster_ips")).toHaveLength(7);
    expect(second.log.filter((line) => line.startsWith("refused")).length).toBeGreaterThan(0);
    nft.refuseElements(() => undefined);
    await second.sync.audit();
    expect(await nft.elements(table, "cluster_ips")).toHaveLength(8);
    await second.sync.audit();
    expect(second.log.at(-1)).toBe("audit clean");
  });

  test("a start whose writer dies begins again", async () => {
    const nft = new FakeNftables();
    const { sync, log } = rig(nft);
    sync.submit(updates(web(1, 2), api()));
    nft.answerNext({ ok: false, refusal: undefined, unknown: "the thread ended" });
    await sync.start();
    expect(log.at(-1)).toBe("synced web api");
    await sync.audit();
    expect(log.at(-1)).toBe("audit clean");
  });

  test("a writer that dies leaves nothing in doubt", async () => {
    const nft = new FakeNftables();
    const { sync, log } = rig(nft);
    await sync.start();
    log.length = 0;
    nft.answerNext({ ok: false, refusal: undefined, unknown: "the thread ended" });
    sync.submit(updates(web(1, 2)));
    await sync.settled();
    await sync.audit();
    expect(log.slice(-3)).toEqual(["commit +6 -0", "synced web", "audit clean"]);
  });

  test("a thousand ServicePorts go in one transaction, more in more", async () => {
    const { sync, log } = rig(new FakeNftables());
    const plans = Array.from({ length: 2500 }, (_, index) =>
      portPlan(`shop/s${index}:http TCP 10.97.${index >> 8}.${index & 255} 80 > 10.1.0.1 80`),
    );
    sync.submit(updates(...plans));
    await sync.start();
    expect(log.filter((line) => line.startsWith("commit"))).toHaveLength(4);
  });

  test("unequal frontends keep to themselves", async () => {
    const nft = new FakeNftables();
    const { sync } = rig(nft);
    const ported = { ...web(1), frontends: [frontend("NodePort 192.0.2.1 30080")] };
    sync.submit(updates(ported));
    await sync.start();
    sync.submit(updates({ ...ported, frontends: [frontend("NodePort 192.0.2.1 30081")] }));
    await sync.settled();
    expect(await nft.elements(table, "services")).toHaveLength(2);
    expect(await nft.elements(table, "canonical_port")).toHaveLength(1);
  });
});

describeWhere(["nftables"], "in the kernel", () => behaviour(kernel));
