import { expect, test } from "vitest";
import { imageNames, imageOf } from "./catalogue.ts";

const everything = (): boolean => true;
const nothing = (): boolean => false;

test.each([
  ["busybox:1.36", ["sh"]],
  ["docker.io/library/alpine", ["/bin/sh"]],
  ["curlimages/curl:8.8.0", ["curl"]],
  ["registry.k8s.io/pause:3.9", ["sleep", "infinity"]],
])("%s runs %j", (reference, command) => {
  expect(imageOf(reference)?.command).toEqual(command);
});

test("busybox's own programs come before the machine's where the machine has busybox", () => {
  expect(imageOf("busybox", everything)?.programs.nslookup).toEqual(["busybox", "nslookup"]);
  expect(imageOf("busybox", nothing)?.programs).toEqual({});
});

test("what is not known is not invented", () => {
  expect(imageOf("example.com/team/unheard-of:3")).toBeUndefined();
  expect(imageNames()).toContain("busybox");
});
