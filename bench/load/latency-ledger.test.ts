import { describe, expect, it } from "vitest";
import { LatencyLedger } from "./latency-ledger.ts";

describe("LatencyLedger", () => {
  it("counts from the time a query was due, not from when it was sent", () => {
    const ledger = new LatencyLedger(1, 1);
    ledger.sent(0, 7, 100, 103);
    ledger.answered(0, 7, 104);
    expect(ledger.figures(1000)).toMatchObject({ p50Us: 4000, sendLagP99Us: 3000, lost: 0 });
  });

  it("counts a lost query as the time-out", () => {
    const ledger = new LatencyLedger(1, 2);
    ledger.sent(0, 1, 10, 10);
    ledger.sent(0, 2, 10, 10);
    ledger.answered(0, 1, 11);
    expect(ledger.figures(500)).toMatchObject({
      scheduled: 2,
      answered: 1,
      lost: 1,
      maxUs: 500_000,
    });
  });

  const strays: readonly [string, number, number][] = [
    ["of another socket", 1, 1],
    ["with another ID", 0, 2],
  ];
  it.each(strays)("ignores an answer %s", (_, socket, id) => {
    const ledger = new LatencyLedger(2, 1);
    ledger.sent(0, 1, 10, 10);
    ledger.answered(socket, id, 11);
    expect(ledger.outstanding).toBe(1);
  });

  it("counts a duplicated answer once", () => {
    const ledger = new LatencyLedger(1, 1);
    ledger.sent(0, 1, 10, 10);
    ledger.answered(0, 1, 11);
    ledger.answered(0, 1, 12);
    expect(ledger.figures(1000)).toMatchObject({ answered: 1, lost: 0, maxUs: 1000 });
  });

  it("tells the sockets' equal IDs apart", () => {
    const ledger = new LatencyLedger(2, 2);
    ledger.sent(0, 9, 10, 10);
    ledger.sent(1, 9, 20, 20);
    ledger.answered(1, 9, 21);
    ledger.answered(0, 9, 40);
    expect(ledger.figures(1000)).toMatchObject({ p50Us: 15_500, maxUs: 30_000 });
  });
});
