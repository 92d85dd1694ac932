import { describe, expect, it } from "vitest";
import type { EventNote } from "#cluster/events/contract.ts";
import { FakeClock } from "#cluster/testing/fake-clock.ts";
import type { IpHeader } from "#linux/netlink/nflog/contract.ts";
import type { RefusalSample, RefusingPort } from "./contract.ts";
import { RefusalJournal } from "./journal.ts";
import { RefusalReporter } from "./reporter.ts";
import { sampleOf } from "./sample.ts";

const web: RefusingPort = {
  namespace: "shop",
  name: "web",
  portName: "http",
  protocol: "TCP",
  port: 80,
  cause: "no-endpoints",
  sinceMs: Date.parse("2026-01-02T12:03:04Z"),
};
const header = (source: string, more: Partial<IpHeader> = {}): IpHeader => ({
  family: 4,
  source,
  destination: "10.0.0.1",
  protocol: 6,
  sourcePort: 40_000,
  destinationPort: 80,
  ...more,
});

describe("sampleOf", () => {
  it.each<[string, Partial<IpHeader> | undefined, string | undefined]>([
    ["fairlead refuse", {}, "refuse TCP"],
    ["fairlead drop", { protocol: 17 }, "drop UDP"],
    ["fairlead drop", { protocol: 132 }, "drop SCTP"],
    ["fairlead else", {}, undefined],
    ["calico refuse", {}, undefined],
    ["", {}, undefined],
    ["fairlead refuse", undefined, undefined],
    ["fairlead refuse", { protocol: 1, destinationPort: undefined }, undefined],
    ["fairlead refuse", { destinationPort: undefined }, undefined],
  ])("%j with %j: %j", (prefix, more, expected) => {
    const packet = { prefix, header: more === undefined ? undefined : header("10.1.0.5", more) };
    const sample = sampleOf(packet, 7);
    expect(sample && `${sample.reason} ${sample.protocol}`).toBe(expected);
  });
});

describe("RefusalJournal", () => {
  const sample = (client: string, atMs: number): RefusalSample => ({
    atMs,
    client,
    reason: "refuse",
    protocol: "TCP",
    address: "10.0.0.1",
    port: 80,
  });

  it("reports soon, then at intervals while something comes, and forgets", () => {
    const journal = new RefusalJournal(300_000);
    expect(journal.nextDueMs).toBeUndefined();
    for (const client of ["a", "b", "a", "c", "d"]) journal.add(sample(client, 0), web);
    expect(journal.nextDueMs).toBe(10_000);
    expect(journal.due(9_999)).toEqual([]);
    expect(journal.due(10_000)).toMatchObject([
      { durationMs: 10_000, clients: { count: 4, isMore: false }, examples: ["a", "b", "c"] },
    ]);
    journal.add(sample("a", 20_000), web);
    expect(journal.nextDueMs).toBe(310_000);
    expect(journal.due(310_000)).toMatchObject([{ durationMs: 300_000, clients: { count: 1 } }]);
    expect(journal.due(610_000)).toEqual([]);
    expect(journal.nextDueMs).toBeUndefined();
  });

  it("remembers so many clients and Services and no more", () => {
    const journal = new RefusalJournal(300_000);
    for (let index = 0; index < 1002; index++) journal.add(sample(`client-${index}`, 0), web);
    for (let index = 0; index < 600; index++)
      journal.add(sample("a", 0), { ...web, name: `web-${index}` });
    const reports = journal.due(10_000);
    expect(reports).toHaveLength(500);
    expect(reports[0]).toMatchObject({ clients: { count: 1000, isMore: true } });
  });

  it("keeps causes of one Service apart", () => {
    const journal = new RefusalJournal(300_000);
    journal.add(sample("a", 0), web);
    journal.add({ ...sample("b", 0), reason: "drop" }, { ...web, cause: "source-ranges" });
    expect(journal.due(10_000).map(({ port }) => port.cause)).toEqual([
      "no-endpoints",
      "source-ranges",
    ]);
  });
});

describe("RefusalReporter", () => {
  function rig(port: RefusingPort | undefined) {
    const notes: EventNote[] = [];
    const samples: unknown[] = [];
    const clock = new FakeClock();
    const reporter = new RefusalReporter({
      frontends: { at: () => port },
      nodeName: "node-a",
      periodMs: 300_000,
      recordEvent: (note) => notes.push(note),
      clock,
      signal: new AbortController().signal,
      onSample: (...sample) => samples.push(sample),
    });
    return { reporter, notes, samples };
  }

  it("says on the Service who was refused, why and since when", async () => {
    const { reporter, notes, samples } = rig(web);
    for (let host = 1; host <= 37; host++)
      reporter.onPacket({ prefix: "fairlead refuse", header: header(`10.1.0.${host}`) });
    await reporter.idle();
    expect(notes).toEqual([
      {
        regarding: { kind: "Service", namespace: "shop", name: "web" },
        type: "Warning",
        reason: "ConnectionsRefused",
        message:
          "37 clients refused on node node-a in 10 s (10.1.0.1, 10.1.0.2, 10.1.0.3, …): " +
          "port http (80/TCP) has had no ready endpoints since 2026-01-02 12:03 UTC",
        count: 37,
      },
    ]);
    expect(samples).toHaveLength(37);
  });

  it("tells a drop by its policy", async () => {
    const { reporter, notes } = rig({ ...web, portName: "", cause: "none-local-external" });
    reporter.onPacket({ prefix: "fairlead drop", header: header("198.51.100.9") });
    await reporter.idle();
    expect(notes.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
      "ConnectionsDropped: 1 client dropped on node node-a in 10 s (198.51.100.9): port 80/TCP has " +
        "externalTrafficPolicy Local and no ready endpoint on this node since 2026-01-02 12:03 UTC",
    ]);
  });

  it("counts what it cannot attribute, and passes over what is not ours", async () => {
    const { reporter, notes, samples } = rig(undefined);
    reporter.onPacket({ prefix: "fairlead refuse", header: header("10.1.0.5") });
    reporter.onPacket({ prefix: "other", header: header("10.1.0.5") });
    await reporter.idle();
    expect(samples).toEqual([["refuse", false]]);
    expect(notes).toEqual([]);
  });
});
