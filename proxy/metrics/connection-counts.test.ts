import { expect, it } from "vitest";
import { ConnectionCounts } from "./connection-counts.ts";
import type { ConnectionReading } from "./contract.ts";

/** "a1=5 a2=3 b1=2" are readings of two elements of port a and one of port b. */
function readings(text: string): ConnectionReading[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [element = "", connections] = word.split("=");
      const name = element.slice(0, 1);
      const port = {
        id: `default/${name}:/TCP/4`,
        namespace: "default",
        name,
        portName: "",
        protocol: "TCP",
        family: 4,
      } as const;
      return { element, port, connections: Number(connections) };
    });
}

it.each([
  ["one round", 10, ["a1=5 b1=2"], "a=5 b=2 others=0"],
  ["elements of one port add up", 10, ["a1=5 a2=3"], "a=8 others=0"],
  ["differences add up", 10, ["a1=5", "a1=9", "a1=9"], "a=9 others=0"],
  ["an element made anew counts from zero", 10, ["a1=5", "a1=2", "a1=3"], "a=8 others=0"],
  ["an element that comes later", 10, ["a1=5", "a1=5 a2=4"], "a=9 others=0"],
  ["an element that goes", 10, ["a1=5 a2=4", "a1=6"], "a=10 others=0"],
  ["a port that goes and comes is a new one", 10, ["a1=5", "", "a1=2"], "a=2 others=0"],
  ["those with fewest are the others", 2, ["a1=1 b1=3 c1=2"], "b=3 c=2 others=1"],
  ["the others never go down", 1, ["a1=1 b1=3", "a1=9 b1=3"], "a=9 others=1"],
  ["who is no longer shown counts on there", 1, ["a1=1 b1=3", "a1=9 b1=4"], "a=9 others=2"],
  ["who is tied stays", 1, ["a1=3 b1=3", "b1=3 a1=3"], "a=3 others=3"],
])("%s", (_case, limit, rounds, expected) => {
  const counts = new ConnectionCounts(limit);
  for (const round of rounds) counts.update(readings(round));
  const shown = [...counts.shown()].map(({ port, total }) => `${port.name}=${total}`).sort();
  expect([...shown, `others=${counts.others}`].join(" ")).toBe(expected);
});
