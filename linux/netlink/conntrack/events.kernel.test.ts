import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestNamespace, testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import type { Subscription } from "../subscription.ts";
import type { ConnectionEvent } from "./contract.ts";
import { subscribeConnections } from "./events.ts";
import { type Conntrack, openConntrack } from "./socket.ts";

let node: TestNamespace;
let conntrack: Conntrack;
const subscriptions: Subscription[] = [];

beforeEach(() => {
  node = testNamespace();
  conntrack = openConntrack({ namespacePath: node.path });
});
afterEach(() => {
  for (const subscription of subscriptions.splice(0)) subscription.close();
  conntrack.close();
  node.delete();
});

function make(sourcePort: number) {
  const original = {
    source: "10.0.0.1",
    destination: "10.96.0.10",
    protocol: 17,
    sourcePort,
    destinationPort: 53,
  };
  const reply = {
    source: "10.1.0.7",
    destination: "10.0.0.1",
    protocol: 17,
    sourcePort: 5353,
    destinationPort: sourcePort,
  };
  conntrack.create({ original, reply, timeoutSeconds: 100 });
  return original;
}

function collect(kinds: readonly ConnectionEvent["kind"][], receiveBufferBytes?: number) {
  const seen: string[] = [];
  let overruns = 0;
  const options = { namespacePath: node.path, kinds };
  subscriptions.push(
    subscribeConnections(
      receiveBufferBytes === undefined ? options : { ...options, receiveBufferBytes },
      {
        onEvent: ({ kind, connection }) => seen.push(`${kind} ${connection.original.sourcePort}`),
        onOverrun: () => {
          overruns += 1;
        },
      },
    ),
  );
  return { seen, overruns: () => overruns };
}

describeWhere(["podNetworks"], "connection events", () => {
  test("tell of beginnings and ends, to each subscriber what it asked for", async () => {
    const both = collect(["new", "end"]);
    const ends = collect(["end"]);
    const first = make(1001);
    make(1002);
    conntrack.delete({ original: first });
    await expect.poll(() => ends.seen).toEqual(["end 1001"]);
    await expect.poll(() => both.seen).toEqual(["new 1001", "new 1002", "end 1001"]);
    subscriptions[1]?.close();
    make(1003);
    await expect.poll(() => both.seen.at(-1)).toBe("new 1003");
    expect(ends.seen).toHaveLength(1);
  });

  test("a reader that is too slow is told that it missed some", async () => {
    const { seen, overruns } = collect(["new"], 4096);
    for (let port = 1; port <= 300; port += 1) make(port);
    await expect.poll(() => overruns()).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(300);
    make(1000);
    await expect.poll(() => seen.at(-1)).toBe("new 1000");
  });

  test("watching starts again after all were closed", async () => {
    collect(["new"]);
    for (const subscription of subscriptions.splice(0)) subscription.close();
    const { seen } = collect(["new"]);
    make(7);
    await expect.poll(() => seen).toEqual(["new 7"]);
  });
});
