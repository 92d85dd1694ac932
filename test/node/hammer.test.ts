/** Services come, scale and go under a client that trusts DNS: what a name leads to is always there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "#test/fuzz/random.ts";
import { type Api, startApi } from "#test/proxy/api.ts";
import { clusterObjects } from "#test/proxy/cluster.ts";
import { service, slice } from "#test/proxy/objects.ts";
import { addressesOf, buildWorld, LEAK, NODE } from "#test/proxy/world.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import type { Started, Topology } from "#test/topology/contract.ts";
import { NO_NAME, type Tried } from "./hammer-client.ts";

const fairlead = new URL("../../bin/fairlead", import.meta.url).pathname;
const client = new URL("hammer-client.ts", import.meta.url).pathname;
const rounds = process.env.FAIRLEAD_SOAK === "1" ? 1_000 : 50;
const seed = Number(process.env.FAIRLEAD_SEED ?? Date.now() % 1_000_000);
const limitMs = 30_000;
/** How long a change of endpoints may take to the kernel of a busy machine. */
const convergenceMs = 5_000;

/** When the API showed a ready endpoint, on the wall clock. */
interface Phase {
  readonly fromMs: number;
  toMs: number;
}

describeWhere(["topology", "nftables"], `names under a hammer, seed ${seed}`, () => {
  const random = new Random(seed);
  const folder = mkdtempSync(join(tmpdir(), "fairlead-hammer-"));
  const names = join(folder, "names");
  const log = join(folder, "log");
  let topology: Topology;
  let api: Api;
  let node: Started;

  const tried = (): readonly Tried[] =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Tried);
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    for (const endMs = Date.now() + limitMs; !isSo(); await sleep(5))
      if (Date.now() > endMs || !node.isRunning())
        throw new Error(`${what}: not within ${limitMs} ms\n${node.output()}`);
  };

  beforeAll(async () => {
    topology = await buildWorld();
    api = await startApi(topology, join(folder, "kubeconfig"));
    await api.apply(...clusterObjects);
    writeFileSync(names, "");
    writeFileSync(log, "");
    const [address = ""] = addressesOf[NODE] ?? [];
    const corefile = join(folder, "Corefile");
    writeFileSync(corefile, `.:53 {\n  errors\n  bind ${address}\n  kubernetes cluster.local\n}\n`);
    node = topology
      .place(NODE)
      .start(fairlead, [
        ...["node", "--components", "dns,proxy", "--node-name", NODE],
        ...["--kubeconfig", api.kubeconfig, "--corefile", corefile],
        ...["--cluster-cidr", "10.244.0.0/16,fd00:244::/48"],
      ]);
    topology
      .place("C")
      .start(process.execPath, [
        "--disable-warning=ExperimentalWarning",
        ...[client, address, names, log],
      ]);
    await until("the node serves DNS", () => node.output().includes("DNS: dns://"));
  });
  afterAll(async () => {
    await topology?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Array.from({ length: rounds }, (_, round) => round + 1))("round %d", async (round) => {
    const name = `s${round}`;
    const host = `${name}.default.svc.cluster.local`;
    const address = `10.96.${10 + (round >> 8)}.${round & 255}`;
    const ready: Phase[] = [];
    const [endpoint = "A"] = random.chance(50) ? ["A"] : ["R"];
    const all = () => tried().filter((it) => it.name === host);
    const outcomes = () => all().filter((it) => it.outcome !== NO_NAME);
    const scale = async (endpoints: readonly string[]): Promise<void> => {
      const last = ready.at(-1);
      if (endpoints.length === 0 && last !== undefined) last.toMs = Date.now();
      await api.apply(slice(name, endpoints));
      if (endpoints.length > 0) ready.push({ fromMs: Date.now(), toMs: Number.POSITIVE_INFINITY });
    };
    writeFileSync(log, "");
    writeFileSync(names, `${host}\n`);
    const hasEndpointsFirst = random.chance(50);
    if (hasEndpointsFirst) await scale([endpoint]);
    await api.apply(service(name, { clusterIP: address, clusterIPs: [address] }));
    await until("the name is answered", () => outcomes().length > 0);
    if (!hasEndpointsFirst) await scale([endpoint]);
    await until("a server answers", () => outcomes().some((it) => it.outcome === endpoint));
    await scale([]);
    await until("connections are refused", () => outcomes().at(-1)?.outcome === "refused");
    await scale([endpoint]);
    await until("a server answers again", () => outcomes().at(-1)?.outcome === endpoint);
    const last = ready.at(-1);
    if (last !== undefined) last.toMs = Date.now();
    await api.remove(service(name, {}), slice(name, []));
    // The client asks for one name after the other: no connection is under way then.
    await until("the name goes", () => all().at(-1)?.outcome === NO_NAME);
    await sleep(random.between(20, 120));
    await until("the name stays away", () => all().at(-1)?.outcome === NO_NAME);
    const seen = outcomes();
    expect(seen.filter((it) => ![endpoint, "refused"].includes(it.outcome))).toEqual([]);
    expect(seen.map((it) => it.outcome)).not.toContain(LEAK);
    const refusedWhileReady = seen.filter(
      ({ outcome, atMs }) =>
        outcome === "refused" &&
        ready.some(({ fromMs, toMs }) => atMs > fromMs + convergenceMs && atMs < toMs),
    );
    expect(refusedWhileReady).toEqual([]);
    if (hasEndpointsFirst) expect(seen[0]?.outcome).toBe(endpoint);
  });
});
