import { expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { type BackgroundCall, inBackground } from "./background.ts";
import { loadFunctions } from "./ffi.ts";

interface Calls {
  usleep: BackgroundCall<[number], number>;
}

describeWhere(["batchedSockets"], "calls on other threads", () => {
  test("a thousand at once wait for each other and are all done", async () => {
    const { usleep } = loadFunctions<Calls>({ usleep: "int usleep(unsigned int)" });
    const calls = Array.from({ length: 1000 }, () => inBackground(usleep, 100));
    expect(await Promise.all(calls)).toEqual(calls.map(() => 0));
  });
});
