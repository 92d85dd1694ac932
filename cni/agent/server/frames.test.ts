import { expect, test } from "vitest";
import { decodeCall, encodeAnswer, encodeCall, leastLength } from "./frames.ts";

const call = {
  name: "/opt/cni/bin/bridge",
  stdin: '{"name":"net"}',
  env: { CNI_COMMAND: "ADD", CNI_ARGS: "K=V;IP=10.1.2.3", EMPTY: "" },
};

test("a call comes back as it was", () => {
  expect(decodeCall(encodeCall(call))).toEqual(call);
});

test("an answer's bytes", () => {
  const bytes = encodeAnswer({ status: 1, stdout: "é", stderr: "" });
  expect(bytes.toString("hex")).toBe("0100000002c3a900000000");
});

test("no part of a call is one", () => {
  const whole = encodeCall(call);
  expect(leastLength(whole)).toBe(whole.length);
  for (let length = 0; length < whole.length; length++) {
    expect(() => decodeCall(whole.subarray(0, length))).toThrow("cannot be read");
    expect(leastLength(whole.subarray(0, length))).toBeGreaterThan(length);
    expect(leastLength(whole.subarray(0, length))).toBeLessThanOrEqual(whole.length);
  }
});

test("what begins otherwise", () => {
  expect(() => decodeCall(Buffer.from("GET / HTTP/1.1"))).toThrow("it begins otherwise");
});
