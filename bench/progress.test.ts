import { describe, expect, it } from "vitest";
import { createProgress } from "./progress.ts";

function record(isTTY: boolean) {
  const written: string[] = [];
  let nowMs = 0;
  const output = { isTTY, write: (text: string) => written.push(text) };
  const progress = createProgress(output, () => nowMs);
  return { progress, written, at: (ms: number) => (nowMs = ms) };
}

describe("on a terminal", () => {
  it("writes one line over and over, within 80 columns", () => {
    const { progress, written } = record(true);
    progress.update("x".repeat(200));
    progress.update("second");
    progress.done("end");
    expect(written).toEqual([`\r\u001b[K${"x".repeat(79)}`, "\r\u001b[Ksecond", "\r\u001b[Kend\n"]);
  });
});

describe("elsewhere", () => {
  it("writes whole lines, and of passing states one every five seconds", () => {
    const { progress, written, at } = record(false);
    progress.update("first");
    at(1000);
    progress.update("too soon");
    progress.done("kept");
    at(5000);
    progress.update("later");
    expect(written).toEqual(["first\n", "kept\n", "later\n"]);
  });
});
