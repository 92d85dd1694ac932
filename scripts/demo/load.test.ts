import { expect, test } from "vitest";
import { cpuSeconds, parseStatistics } from "./load.ts";

test("dnsperf's statistics are read", () => {
  const text = `Statistics:

  Queries sent:         911012
  Queries completed:    911010 (100.00%)
  Queries lost:         2 (0.00%)

  Response codes:       NOERROR 850000 (93.30%), NXDOMAIN 61010 (6.70%)
  Average packet size:  request 45, response 98
  Run time (s):         10.001
  Queries per second:   91091.890811

  Average Latency (s):  0.000500 (min 0.000040, max 0.016100)
`;
  expect(parseStatistics(text)).toEqual({
    queriesPerSecond: 91091.890811,
    lostPercent: 0,
    meanLatencyMs: 0.5,
    rcodes: "NOERROR 850000 (93.30%), NXDOMAIN 61010 (6.70%)",
  });
});

test("a figure that is missing is named", () => {
  expect(() => parseStatistics("Error: address in use")).toThrow(/Queries per second/);
});

test("CPU time grows with work", () => {
  const { user, system } = cpuSeconds(process.pid);
  expect(user + system).toBeGreaterThan(0);
});
