import { describe, expect, it } from "vitest";
import { planOf, planText, service, slice } from "./test-objects.ts";
import type { Moment } from "./weights.ts";

const slices = (endpoints: string) => [slice(`a.shop of web IPv4 http/TCP/80 | ${endpoints}`)];
const web = (annotations: Readonly<Record<string, string>>) =>
  service("web.shop ClusterIP 10.0.0.1 http/TCP/80", { annotations });

/** The first port's line and its endpoints without their port number, and the warnings. */
function summary(
  annotations: Readonly<Record<string, string>>,
  endpoints: string,
  moment?: Moment,
): readonly string[] {
  const input = { service: web(annotations), slices: slices(endpoints) };
  const plan = planOf(moment === undefined ? input : { ...input, moment });
  return planText(plan).map((line) => line.replace(" cluster ", "").replaceAll(":80", ""));
}

describe("fairlead.dev/weights", () => {
  const endpoints = "10.1.0.1@n1(web-0) 10.1.0.2@n2(web-1) 10.1.0.3@n2(canary-x)";
  it.each([
    ["node=n2:3", "10.1.0.1* 10.1.0.2x3 10.1.0.3x3"],
    ["node=n2:3,pod=web-0:3", "10.1.0.1* 10.1.0.2 10.1.0.3"],
    ["pod=canary-*:1, pod=*:9", "10.1.0.1*x9 10.1.0.2x9 10.1.0.3"],
    ["address=10.1.0.1:50, address=*:100", "10.1.0.1* 10.1.0.2x2 10.1.0.3x2"],
    ["pod=web-1:0", "10.1.0.1* 10.1.0.3"],
    ["pod=*:0", "10.1.0.1* 10.1.0.2 10.1.0.3"],
    ["zone=a:5", "10.1.0.1* 10.1.0.2 10.1.0.3"],
  ])("%s", (weights, expected) => {
    expect(summary({ "fairlead.dev/weights": weights }, endpoints)).toEqual([
      "http TCP 10.0.0.1 -> cluster",
      expected,
    ]);
  });

  it.each(["", "n2:3", "host=n2:3", "node=n2", "node=n2:101", "node=n2:1.5", "node=n2:1,"])(
    "%j is warned of and counts as none",
    (weights) => {
      expect(summary({ "fairlead.dev/weights": weights }, "10.1.0.1")).toEqual([
        "http TCP 10.0.0.1 -> cluster",
        "10.1.0.1",
        "warning bad-annotation",
      ]);
    },
  );
});

describe("fairlead.dev/balancing", () => {
  it.each([
    [{ "fairlead.dev/balancing": "random" }, ["http TCP 10.0.0.1 -> refuse"]],
    [{ "fairlead.dev/balancing": "maglev" }, ["http TCP 10.0.0.1 -> refuse maglev 251"]],
    [
      { "fairlead.dev/balancing": "maglev", "fairlead.dev/maglev-slots": "1021" },
      ["http TCP 10.0.0.1 -> refuse maglev 1021"],
    ],
    [
      { "fairlead.dev/balancing": "maglev", "fairlead.dev/maglev-slots": "1000" },
      ["http TCP 10.0.0.1 -> refuse maglev 251", "warning bad-annotation"],
    ],
    [
      { "fairlead.dev/balancing": "leastconn" },
      ["http TCP 10.0.0.1 -> refuse", "warning bad-annotation"],
    ],
    [{ "fairlead.dev/other": "x" }, ["http TCP 10.0.0.1 -> refuse"]],
  ])("%j", (annotations, expected) => {
    expect(summary(annotations, "")).toEqual(expected);
  });
});

describe("fairlead.dev/slow-start", () => {
  const startAt = (nowMs: number, born: Readonly<Record<string, number>>): Moment => ({
    nowMs,
    bornMs: (address) => born[address],
  });
  const annotations = { "fairlead.dev/slow-start": "30s" };

  it.each([
    [0, { "10.1.0.2": 0 }, "10.1.0.1x10 10.1.0.2"],
    [2_999, { "10.1.0.2": 0 }, "10.1.0.1x10 10.1.0.2"],
    [3_000, { "10.1.0.2": 0 }, "10.1.0.1x5 10.1.0.2"],
    [12_000, { "10.1.0.2": 0 }, "10.1.0.1x2 10.1.0.2"],
    [27_000, { "10.1.0.2": 0 }, "10.1.0.1 10.1.0.2"],
    [90_000, { "10.1.0.2": 0 }, "10.1.0.1 10.1.0.2"],
    [6_000, { "10.1.0.1": 0, "10.1.0.2": 3_000 }, "10.1.0.1x3 10.1.0.2x2"],
    [3_000, { "10.1.0.1": 3_000, "10.1.0.2": 3_000 }, "10.1.0.1 10.1.0.2"],
  ])("after %i ms of %j", (nowMs, born, expected) => {
    expect(summary(annotations, "10.1.0.1 10.1.0.2", startAt(nowMs, born))[1]).toBe(expected);
  });

  it.each([
    [0, 3_000],
    [2_999, 3_000],
    [3_000, 6_000],
    [26_999, 27_000],
    [27_000, undefined],
  ])("at %i ms the next step is at %s", (nowMs, expected) => {
    const input = { service: web(annotations), slices: slices("10.1.0.1 10.1.0.2") };
    const plan = planOf({ ...input, moment: startAt(nowMs, { "10.1.0.2": 0 }) });
    expect(plan?.changesAtMs).toBe(expected);
  });

  it("goes with weights", () => {
    const both = { ...annotations, "fairlead.dev/weights": "address=10.1.0.2:4" };
    const moment = startAt(3_000, { "10.1.0.2": 0 });
    expect(summary(both, "10.1.0.1 10.1.0.2", moment)[1]).toBe("10.1.0.1x5 10.1.0.2x4");
  });

  it.each(["", "30", "0s", "2h", "1d", "-1s", "3m30s"])("%j is warned of", (slowStart) => {
    expect(summary({ "fairlead.dev/slow-start": slowStart }, "")).toContain(
      "warning bad-annotation",
    );
  });
});
