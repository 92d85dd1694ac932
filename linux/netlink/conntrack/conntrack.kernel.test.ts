import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestNamespace, testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import type { Connection, NewConnection, Tuple } from "./contract.ts";
import { type Conntrack, openConntrack } from "./socket.ts";

const UDP = 17;
const TCP = 6;

let node: TestNamespace;
let conntrack: Conntrack;

beforeEach(() => {
  node = testNamespace();
  conntrack = openConntrack({ namespacePath: node.path });
});
afterEach(() => {
  conntrack.close();
  node.delete();
});

/** A connection to a Service address that goes to a backend. */
function toService(
  client: string,
  service: string,
  backend: string,
  protocol = UDP,
  sourcePort = 40_000,
): NewConnection {
  const original: Tuple = {
    source: client,
    destination: service,
    protocol,
    sourcePort,
    destinationPort: 53,
  };
  const reply: Tuple = {
    source: backend,
    destination: client,
    protocol,
    sourcePort: 5353,
    destinationPort: sourcePort,
  };
  return { original, reply, timeoutSeconds: 100, mark: 0x4000 };
}

/** Lines of `conntrack -L`, as "source>destination<backend mark". */
function asConntrackShows(...options: string[]): string[] {
  const lines = node.run("conntrack", "-L", ...options).split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const all = (name: string): string[] =>
        [...line.matchAll(new RegExp(`\\b${name}=(\\S+)`, "g"))].map((match) => match[1] ?? "");
      const [from, backend] = all("src");
      const [port, backendPort] = all("sport");
      return `${from}:${port}>${all("dst")[0]}:${all("dport")[0]}<${backend}:${backendPort} ${all("mark")[0]}`;
    })
    .sort();
}

function inWords({ original, reply, mark }: Connection): string {
  return `${original.source}:${original.sourcePort}>${original.destination}:${original.destinationPort}<${reply.source}:${reply.sourcePort} ${mark}`;
}

describeWhere(["podNetworks", "conntrack"], "tracked connections", () => {
  test("are those of conntrack -L, by family and protocol", () => {
    conntrack.create(toService("10.0.0.1", "10.96.0.10", "10.1.0.7"));
    conntrack.create(toService("10.0.0.2", "10.96.0.10", "10.1.0.8", TCP));
    conntrack.create(toService("fd00::1", "fd00:96::a", "fd00:1::7"));
    const of = (filter: Parameters<Conntrack["connections"]>[0]) =>
      conntrack.connections(filter).map(inWords).sort();
    expect(of({ family: 4 })).toEqual(asConntrackShows("-f", "ipv4"));
    expect(of({ family: 4 })).toHaveLength(2);
    expect(of({ family: 6 })).toEqual(asConntrackShows("-f", "ipv6"));
    expect(of({ family: 4, protocol: UDP })).toEqual(asConntrackShows("-f", "ipv4", "-p", "udp"));
    expect(of({ protocol: UDP })).toHaveLength(2);
    expect(of({})).toHaveLength(3);
    expect(of({ mark: { value: 0x4000, mask: 0x4000 } })).toHaveLength(3);
    expect(of({ mark: { value: 0, mask: 0x4000 } })).toEqual([]);
  });

  test("are the same when read in turns, while the socket does other work", async () => {
    for (let port = 1; port <= 600; port += 1)
      conntrack.create(toService("10.0.0.1", "10.96.0.10", "10.1.0.7", UDP, port));
    const inTurns = conntrack.connectionsInTurns({ family: 4, protocol: UDP });
    expect(conntrack.fill().entries).toBe(600);
    expect((await inTurns).map(inWords).sort()).toEqual(
      conntrack.connections().map(inWords).sort(),
    );
  });

  test("one is deleted by its tuple, and with an ID only if it is that very one", () => {
    const wanted = toService("10.0.0.1", "10.96.0.10", "10.1.0.7");
    conntrack.create(wanted);
    conntrack.create(toService("10.0.0.1", "10.96.0.10", "10.1.0.7", UDP, 40_001));
    expect(() => conntrack.create(wanted)).toThrow("EEXIST");
    const [old] = conntrack.connections().filter((one) => one.original.sourcePort === 40_000);
    if (old === undefined) throw new Error("not listed");
    expect(old).toMatchObject({
      ...wanted,
      family: 4,
      zone: 0,
      timeoutSeconds: expect.closeTo(100, -1),
      status: { seenReply: false, sourceNat: false, dying: false },
    });
    expect(conntrack.delete({ ...old, id: (old.id ^ 1) >>> 0 })).toBe(false);
    expect(conntrack.delete(old)).toBe(true);
    expect(conntrack.delete(old)).toBe(false);
    expect(asConntrackShows()).toHaveLength(1);
  });

  test("a zone is part of the key", () => {
    const wanted = toService("10.0.0.1", "10.96.0.10", "10.1.0.7");
    conntrack.create({ ...wanted, zone: 5 });
    expect(conntrack.connections()).toMatchObject([{ zone: 5 }]);
    expect(conntrack.delete({ original: wanted.original })).toBe(false);
    expect(conntrack.delete({ original: wanted.original, zone: 5 })).toBe(true);
  });

  test("DNAT and answers show in the status", () => {
    node.run(
      "nft",
      "table ip t { chain o { type nat hook output priority -100; udp dport 53 dnat to 127.0.0.1:5353; }; }",
    );
    const once =
      "const s=require('dgram').createSocket('udp4');s.send('x',53,'127.0.0.9',()=>s.close())";
    node.run(process.execPath, "-e", once);
    expect(conntrack.connections({ family: 4, protocol: UDP })).toMatchObject([
      {
        original: { destination: "127.0.0.9", destinationPort: 53 },
        reply: { source: "127.0.0.1", sourcePort: 5353 },
        status: { destinationNat: true, sourceNat: expect.any(Boolean), seenReply: false },
      },
    ]);
  });

  test("counters and how full the table is", () => {
    conntrack.create(toService("10.0.0.1", "10.96.0.10", "10.1.0.7"));
    expect(conntrack.fill().entries).toBe(1);
    expect(conntrack.fill().maxEntries ?? 1).toBeGreaterThan(0);
    expect(Object.values(conntrack.counters()).every(Number.isInteger)).toBe(true);
    const shown = node.run("conntrack", "-S");
    const failed = [...shown.matchAll(/insert_failed=(\d+)/g)].map((match) => Number(match[1]));
    expect(conntrack.counters().insertFailed).toBe(failed.reduce((sum, one) => sum + one, 0));
  });
});
