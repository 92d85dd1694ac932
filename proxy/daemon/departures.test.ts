import { expect, test } from "vitest";
import { Departures } from "./departures.ts";

const web = { namespace: "shop", name: "web" };
const api = { namespace: "shop", name: "api" };
const names = (services: readonly { readonly name: string }[]) => services.map(({ name }) => name);

test("they stay for the time given, one after another", () => {
  const departures = new Departures(1_000);
  expect(departures.nextMs).toBeUndefined();
  expect(departures.hold(web, ["10.96.0.1"], 100)).toBe(true);
  expect(departures.hold(api, ["10.96.0.2"], 600)).toBe(true);
  expect(departures.nextMs).toBe(1_100);
  expect(names(departures.due(1_099))).toEqual([]);
  expect(names(departures.due(1_100))).toEqual(["web"]);
  expect(departures.has(web)).toBe(false);
  expect(departures.nextMs).toBe(1_600);
  expect(names(departures.due(5_000))).toEqual(["api"]);
});

test("where nothing is to stay they go at once", () => {
  const departures = new Departures(0);
  expect(departures.hold(web, ["10.96.0.1"], 100)).toBe(false);
  expect(departures.has(web)).toBe(false);
});

test("one that is there again does not go", () => {
  const departures = new Departures(1_000);
  departures.hold(web, ["10.96.0.1"], 0);
  departures.cancel(web);
  expect(names(departures.due(9_000))).toEqual([]);
});

test("who answers at the address of one makes it go first", () => {
  const departures = new Departures(1_000);
  departures.hold(web, ["10.96.0.1", "192.0.2.1"], 0);
  departures.hold(api, ["10.96.0.2"], 0);
  expect(names(departures.claimed(["10.96.0.9"]))).toEqual([]);
  expect(names(departures.claimed(["192.0.2.1"]))).toEqual(["web"]);
  expect(names(departures.due(1_000))).toEqual(["api"]);
});
