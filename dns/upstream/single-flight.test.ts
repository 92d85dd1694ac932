import { expect, test } from "vitest";
import { InFlightLimitError, SingleFlight } from "./single-flight.ts";

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let started = 0;
  const run = () => {
    started++;
    return promise;
  };
  return { run, resolve, reject, started: () => started };
}

const limits = { total: 3, perKey: 2 };

test("the same work is done once, and again when it has ended", async () => {
  const flights = new SingleFlight<string>(limits);
  const first = work();
  const one = flights.run("key", "", first.run);
  const two = flights.run("key", "", first.run);
  expect([one.joined, two.joined, first.started(), flights.size]).toEqual([false, true, 1, 1]);
  first.resolve("done");
  expect(await Promise.all([one.result, two.result])).toEqual(["done", "done"]);
  expect(flights.size).toBe(0);
  expect(flights.run("key", "", async () => "again").joined).toBe(false);
});

test("a failure is everybody's", async () => {
  const flights = new SingleFlight<string>(limits);
  const failing = work();
  const results = [1, 2].map(() => flights.run("key", "", failing.run).result);
  failing.reject(new Error("no"));
  expect((await Promise.allSettled(results)).map(({ status }) => status)).toEqual([
    "rejected",
    "rejected",
  ]);
  expect(flights.size).toBe(0);
});

test("variants of a key are apart until there are too many of them", async () => {
  const flights = new SingleFlight<string>(limits);
  const run = (variant: string) => flights.run("key", variant, async () => variant);
  const joined = ["a", "b", "c", "b"].map(run);
  expect(joined.map((flight) => flight.joined)).toEqual([false, false, true, true]);
  expect(await Promise.all(joined.map(({ result }) => result))).toEqual(["a", "b", "a", "b"]);
});

test("what would be too much is refused, what is under way goes on", async () => {
  const flights = new SingleFlight<string>(limits);
  const open = work();
  for (const key of ["a", "b", "c"]) flights.run(key, "", open.run);
  expect(() => flights.run("d", "", open.run)).toThrow(InFlightLimitError);
  const joined = flights.run("a", "", open.run);
  open.resolve("done");
  expect(await joined.result).toBe("done");
  expect(flights.size).toBe(0);
});
