import { afterEach, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import type { Agent } from "#test/topology/contract.ts";
import { createPlace } from "#test/topology/place.ts";
import type { Nftables, TableId } from "./contract.ts";
import { openNftables } from "./kernel/nftables.ts";
import { addresses, baseTransaction, serviceTransaction } from "./testing/service-table.ts";
import { deleteElements, key, word } from "./testing/words.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

interface Scene {
  readonly nftables: Nftables;
  readonly table: TableId;
  readonly agent: Agent;
  readonly cartIp: string;
  /** Addresses of the place; those of IPv6 differ in their first half alone. */
  readonly clients: readonly string[];
  /** The two backends of the Service with affinity. */
  readonly servers: readonly [string, string];
}

const clientCount = 12;

/** One namespace that is client, node and backends: its own packets pass the output hook. */
async function scene(family: "ip" | "ip6"): Promise<Scene> {
  const place = await createPlace("packets", []);
  open.push(place);
  const { clusterIps, pods, remotePods } = addresses[family];
  const servers = [pods[2], remotePods[1]] as const;
  const clients = Array.from({ length: clientCount }, (_, index) =>
    family === "ip" ? `10.244.7.${index + 1}` : `fd00:244:0:${index + 16}::c`,
  );
  await place.run("ip", ["link", "set", "lo", "up"]);
  const bits = family === "ip" ? 32 : 128;
  for (const address of [...servers, ...clients])
    await place.run("ip", ["address", "add", `${address}/${bits}`, "dev", "lo"]);
  // The ClusterIP needs a route, or no packet comes to be.
  await place.run("ip", [family === "ip" ? "-4" : "-6", "route", "add", "default", "dev", "lo"]);
  const nftables = openNftables({ namespacePath: `/proc/${place.pid}/ns/net` });
  open.unshift(nftables);
  const table = { family, name: "fairlead" };
  for (const operations of [baseTransaction(family), serviceTransaction(family)])
    expect(await nftables.commit({ table, operations })).toEqual({ ok: true });
  const agent = await place.agent();
  for (const address of servers)
    await agent.serve({ transport: "tcp", name: address, port: 8080, address });
  return { nftables, table, agent, cartIp: clusterIps[1], clients, servers };
}

/** Which servers answered a client. */
async function answerers(
  { agent, cartIp }: Scene,
  client: string,
  times: number,
): Promise<readonly string[]> {
  const outcomes = await agent.attempt({
    transport: "tcp",
    address: cartIp,
    port: 80,
    times,
    timeoutMs: 2000,
    sourceAddress: client,
  });
  return outcomes.map((outcome) => (outcome.kind === "answer" ? outcome.server : outcome.reason));
}

describeWhere(["nftables", "topology"], "packets through the rule set", () => {
  test.each(["ip", "ip6"] as const)("clients stay with their backend: %s", async (family) => {
    const stage = await scene(family);
    const { nftables, table, cartIp, clients, servers } = stage;
    const first = new Map<string, string>();
    for (const client of clients) {
      const [server = "", ...others] = new Set(await answerers(stage, client, 4));
      expect(servers, `${client} was served by ${server}`).toContain(server);
      expect(others, `${client} was served by others`).toEqual([]);
      first.set(client, server);
    }
    // Each client has an entry of its own, by its whole address.
    const kept = await nftables.elements(table, "affinity");
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
    const wanted = clients.map((client) => hex(key(cartIp, "tcp", 80, client)));
    expect(kept.map((element) => hex(element.key)).sort()).toEqual(wanted.sort());
    expect(kept.every(({ timeoutMs }) => timeoutMs === 10_800_000)).toBe(true);
    // The counter of the Service counts connections.
    const services = await nftables.elements(table, "services");
    const cart = services.find((each) => Buffer.compare(each.key, key(cartIp, "tcp", 80)) === 0);
    expect(cart?.packets).toBe(BigInt(4 * clientCount));
    // A backend goes: its clients move at once, the others stay.
    const [, stays] = servers;
    const slot = deleteElements("slots", { key: word(0xf1000001) });
    const pickA = deleteElements("aff_pick", { key: key(cartIp, "tcp", 80, word(0xf0000000)) });
    const pickB = deleteElements("aff_pick", { key: key(cartIp, "tcp", 80, word(0xf0000001)) });
    const again = [0xf0000000, 0xf0000001].map((index) => ({
      key: key(cartIp, "tcp", 80, word(index)),
      data: word(0xf1000002),
    }));
    const result = await nftables.commit({
      table,
      operations: [slot, pickA, pickB, { kind: "addElements", set: "aff_pick", elements: again }],
    });
    expect(result).toEqual({ ok: true });
    for (const client of clients)
      expect(await answerers(stage, client, 2), `${client}, first at ${first.get(client)}`).toEqual(
        [stays, stays],
      );
  });
});
