import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

/** Work that goes on until it is told to end, and what has been begun and ended so far. */
function scene(most: number) {
  const turns = new Turns(most);
  const log: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const begin = (name: string): Promise<string> =>
    turns.run(() => {
      log.push(name);
      return new Promise((resolve, reject) => {
        ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
      });
    });
  return { log, ends, begin };
}

test("two at once, and each that ends lets the next begin", async () => {
  const { log, ends, begin } = scene(2);
  const results = ["a", "b", "c", "d", "e"].map(begin);
  await nextTurn();
  expect(log).toEqual(["a", "b"]);
  ends.get("b")?.();
  await nextTurn();
  expect(log).toEqual(["a", "b", "c"]);
  ends.get("a")?.();
  ends.get("c")?.();
  await nextTurn();
  expect(log).toEqual(["a", "b", "c", "d", "e"]);
  ends.get("d")?.();
  ends.get("e")?.();
  expect(await Promise.all(results)).toEqual(["a", "b", "c", "d", "e"]);
});

test("what fails gives its turn on, and a turn that nobody waits for is kept", async () => {
  const { log, ends, begin } = scene(1);
  const [failing, waiting] = [begin("a"), begin("b")];
  await nextTurn();
  ends.get("a")?.(new Error("no"));
  await expect(failing).rejects.toThrow("no");
  ends.get("b")?.();
  await waiting;
  const last = begin("c");
  await nextTurn();
  expect(log).toEqual(["a", "b", "c"]);
  ends.get("c")?.();
  await last;
});
