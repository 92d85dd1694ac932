import { expect, test } from "vitest";
import { CommitWindow } from "./window.ts";

test("a lone change goes at once, a stream is gathered in the measure of what commits take", () => {
  const window = new CommitWindow();
  expect(window.delayMs(0)).toBe(0);
  window.committed(0, 3);
  expect(window.delayMs(4)).toBe(6);
  window.committed(10, 110);
  expect(window.delayMs(120)).toBe(50);
  expect(window.delayMs(161)).toBe(0);
});

test("a least period keeps commits apart, and never delays the first", () => {
  const window = new CommitWindow(1000);
  expect(window.delayMs(0)).toBe(0);
  window.committed(0, 3);
  expect(window.delayMs(203)).toBe(800);
  expect(window.delayMs(1100)).toBe(0);
});
