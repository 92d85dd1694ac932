import { describe, expect, it } from "vitest";
import { parseDnsperf } from "./dnsperf-output.ts";

const report = `DNS Performance Testing Tool
Version 2.10.0
[Timeout] Query timed out: msg id 4
Statistics:

  Queries sent:         201234
  Queries completed:    201230 (100.00%)
  Queries lost:         4 (0.00%)

  Response codes:       NOERROR 130800 (65.00%), NXDOMAIN 70430 (35.00%)
  Average packet size:  request 52, response 91
  Run time (s):         2.000185
  Queries per second:   100605.694

  Average Latency (s):  0.000871 (min 0.000021, max 0.012301)
  Latency StdDev (s):   0.000201
`;

describe("parseDnsperf", () => {
  it("reads the closing statistics", () => {
    expect(parseDnsperf(report)).toEqual({
      sent: 201234,
      completed: 201230,
      lost: 4,
      queriesPerSecond: 100605.694,
      averageLatencyMs: 0.871,
      rcodes: { NOERROR: 130800, NXDOMAIN: 70430 },
    });
  });

  it("reads a run in which nothing came back", () => {
    const text =
      "  Queries sent: 50\n  Queries completed: 0 (0.00%)\n  Queries lost: 50\n  Response codes:       \n";
    expect(parseDnsperf(text)).toMatchObject({ completed: 0, lost: 50, rcodes: {} });
  });

  it.each(["", "Error: opening input data file: No such file"])("is undefined for %j", (text) => {
    expect(parseDnsperf(text)).toBeUndefined();
  });
});
