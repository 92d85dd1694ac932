import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { load, outcome } from "#test/support/plugin.ts";
import { plugin } from "./setup.ts";

test.each([
  ["multisocket", "ok"],
  ["multisocket 4", "ok"],
  ["multisocket 0", "Corefile:2: multisocket '0' is no integer from 1 to 1024"],
  ["multisocket 1025", "Corefile:2: multisocket '1025' is no integer from 1 to 1024"],
  ["multisocket many", "Corefile:2: multisocket 'many' is no integer from 1 to 1024"],
  ["multisocket 1 2", "Corefile:2: '2' is too many; it is written: multisocket [NUM_SOCKETS]"],
  [
    "multisocket\nmultisocket",
    "Corefile:3: 'multisocket' may stand once in a server block; it stands on line 2 already",
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

test.each([
  ["multisocket 4", 4],
  ["multisocket", availableParallelism()],
])("%s gives the block %i sockets", (line, sockets) => {
  const [block] = load(`. {\n${line}\n}`, [{ name: "multisocket", plugin }]);
  expect(block?.sockets).toBe(sockets);
});
