import { describe, expect, it } from "vitest";
import { type GoFlag, goFlagHelp, parseGoFlags } from "./go-flags.ts";

const flags: readonly GoFlag[] = [
  { name: "conf", value: "FILE", help: "Corefile to load" },
  { name: "dns.port", value: "PORT", help: "default port" },
  { name: "quiet", value: "", help: "say nothing" },
  { name: "range", value: "LIST", help: "ranges", repeats: true },
];

describe("parseGoFlags", () => {
  it.each([
    { args: ["-conf", "Corefile"], values: { conf: "Corefile" } },
    { args: ["--conf=a=b", "-dns.port=1053"], values: { conf: "a=b", "dns.port": "1053" } },
    { args: ["-quiet", "-conf", "-"], values: { quiet: "true", conf: "-" } },
    { args: ["-quiet=false"], values: { quiet: "false" } },
    { args: ["-conf=a", "-conf=b"], values: { conf: "b" } },
    { args: ["-range=a,b", "--range", "c"], values: { range: "a,b,c" } },
    { args: [], values: {} },
  ])("reads $args", ({ args, values }) => {
    expect(Object.fromEntries(parseGoFlags(args, flags))).toEqual(values);
  });

  it.each([
    {
      args: ["-cnof", "x"],
      error: "there is no flag '-cnof'; there are -conf, -dns.port, -quiet, -range",
    },
    { args: ["-conf"], error: "flag '-conf' needs a value: FILE" },
    { args: ["Corefile"], error: "'Corefile' is no flag; flags begin with a dash" },
  ])("refuses $args", ({ args, error }) => {
    expect(() => parseGoFlags(args, flags)).toThrow(error);
  });

  it("lists the flags in columns", () => {
    expect(goFlagHelp(flags)).toBe(
      "  -conf FILE      Corefile to load\n  -dns.port PORT  default port\n  -quiet          say nothing\n  -range LIST     ranges\n",
    );
  });
});
