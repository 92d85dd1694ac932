import { describe, expect, it } from "vitest";
import { run } from "./bench.ts";

async function bench(...args: string[]): Promise<{ status: number; text: string }> {
  let text = "";
  const output = {
    write: (part: string) => {
      text += part;
    },
  };
  const io = { env: {}, stdout: output, stderr: output, stop: new AbortController().signal };
  return { status: await run(args, io), text };
}

describe("fairlead bench", () => {
  it("lists its flags", async () => {
    const { status, text } = await bench("dns", "--help");
    expect(status).toBe(0);
    expect(text).toContain("--rounds <count>");
  });

  const mistakes: readonly [string, readonly string[], string][] = [
    ["a round count that is none", ["dns", "--rounds", "0"], "whole number"],
    ["an unknown format", ["dns", "-o", "xml"], "text, json"],
    ["an unknown flag", ["dns", "--fast"], "--fast"],
    ["an unknown benchmark", ["weather"], "weather"],
  ];
  it.each(mistakes)("names %s", async (_, args, words) => {
    const { status, text } = await bench(...args);
    expect(status).toBe(2);
    expect(text).toContain(words);
  });

  it("names the scenarios there are when asked for another", async () => {
    await expect(bench("dns", "--only", "a-udp,b-udp")).rejects.toThrow(
      /no scenario b-udp; there are a-udp, pod-mix/,
    );
    await expect(bench("proxy", "--only", "a-udp")).rejects.toThrow(
      /no scenario a-udp; there are proxy-load, proxy-change/,
    );
  });
});
