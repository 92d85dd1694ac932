import { expect, test } from "vitest";
import { Fields } from "./json.ts";

test.each([
  [{ hostPort: 1 }, 1],
  [{ HostPort: 1 }, 1],
  [{ HOSTPORT: 2, hostPort: 1 }, 1],
  [{ hostPort: null, HostPort: 2 }, undefined],
  [{ hostPorts: 1 }, undefined],
])("%j has hostPort %s", (object, expected) => {
  expect(new Fields(object).integer("hostPort")).toBe(expected);
});

test("a key that every object inherits is none of the document's", () => {
  expect(new Fields({}).text("constructor")).toBeUndefined();
});

test("the key at fault is named with the way to it", () => {
  const fields = new Fields({ ipam: { Ranges: [{ subnet: 5 }] } });
  const [range] = fields.child("ipam")?.children("ranges") ?? [];
  expect(() => range?.text("subnet")).toThrow("ipam.ranges[0].subnet: 5 is not a string");
});
