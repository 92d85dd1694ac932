import { describe, expect, it } from "vitest";
import { cpuBetween, parsePeakMb, parseSmapsRollup, parseStat } from "./proc.ts";

describe("parseStat", () => {
  it.each([
    ["a plain command", "12 (knotd) S 1 12 12 0 -1 4194560 900 0 0 0 150 830 0 0 20 0 8 0 99 1 2"],
    [
      "a command with spaces and parentheses",
      "12 (a (b) c) S 1 12 12 0 -1 4194560 900 0 0 0 150 830 0 0 20 0 8 0 99 1 2",
    ],
  ])("reads the times behind %s", (_, text) => {
    expect(parseStat(text)).toEqual({ userMs: 1500, systemMs: 8300 });
  });
});

describe("cpuBetween", () => {
  it("is the difference", () => {
    expect(cpuBetween({ userMs: 10, systemMs: 20 }, { userMs: 40, systemMs: 20 })).toEqual({
      userMs: 30,
      systemMs: 0,
    });
  });
});

describe("parseSmapsRollup", () => {
  it("reads kilobytes as megabytes", () => {
    const text =
      "55a0-7fff ---p 00000000 00:00 0 [rollup]\nRss:               51200 kB\nPss:               25600 kB\nPss_Anon: 1024 kB\nAnonymous:         10240 kB\n";
    expect(parseSmapsRollup(text)).toEqual({ rssMb: 50, pssMb: 25, anonymousMb: 10 });
  });
});

describe("parsePeakMb", () => {
  it.each([
    ["Name:\tnode\nVmHWM:\t  2048 kB\nVmRSS:\t 1024 kB\n", 2],
    ["Name:\tkthreadd\n", Number.NaN],
  ])("of %j is %f", (text, expected) => {
    expect(parsePeakMb(text)).toBe(expected);
  });
});
