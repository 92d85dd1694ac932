import { expect, test } from "vitest";
import { routeInto } from "./taken.ts";

test.each([
  ["172.30.0.0/24", true],
  ["172.30.1.7/32", true],
  ["172.16.0.0/12", true],
  ["172.30.2.0/24", false],
  ["10.0.0.0/8", false],
  ["0.0.0.0/0", false],
  ["fd00::/8", false],
])("a route to %s: %s", (destination, taken) => {
  const routes = [{ destination: "192.0.2.0/24" }, { destination }];
  expect(routeInto("172.30.0.0/23", routes)).toEqual(taken ? { destination } : undefined);
});
