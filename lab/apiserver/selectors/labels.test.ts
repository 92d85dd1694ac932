import { describe, expect, it } from "vitest";
import { matchesLabels, parseLabelSelector } from "./labels.ts";

const labels = { app: "web", tier: "front", empty: "", "example.com/zone": "north" };

describe("label selectors", () => {
  it.each([
    ["", true],
    ["app=web", true],
    ["app==web", true],
    ["app=db", false],
    ["app!=db", true],
    ["app!=web", false],
    ["absent!=web", true],
    ["absent=web", false],
    ["empty=", true],
    ["app=", false],
    ["app in (db, web)", true],
    ["app in (db)", false],
    ["absent in (web)", false],
    ["app notin (db,cart)", true],
    ["app notin (web)", false],
    ["absent notin (web)", true],
    ["app", true],
    ["absent", false],
    ["!absent", true],
    ["!app", false],
    ["app=web,tier=front", true],
    ["app=web,tier=back", false],
    ["app in (web,db),tier!=back,!absent", true],
    ["example.com/zone=north", true],
    [" app = web , tier ", true],
    ["toString", false],
  ])("%j is %s", (selector, expected) => {
    expect(matchesLabels(parseLabelSelector(selector), labels)).toBe(expected);
  });

  it.each([
    "app=web=db",
    "app in web",
    "app in (",
    "=web",
    "a b",
    "app=we b",
    "-app=web",
    ",app",
    "app notin",
  ])("%j is refused", (selector) => {
    expect(() => parseLabelSelector(selector)).toThrowError(
      expect.objectContaining({ httpCode: 400 }),
    );
  });

  it("holds negative requirements where there are no labels", () => {
    expect(matchesLabels(parseLabelSelector("app!=web,!tier"), undefined)).toBe(true);
  });
});
