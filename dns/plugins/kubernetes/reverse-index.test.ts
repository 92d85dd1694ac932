import { describe, expect, it } from "vitest";
import { ReverseIndex } from "./reverse-index.ts";

describe("ReverseIndex", () => {
  it("gives the first service of an address by name, else all its endpoints by name", () => {
    const index = new ReverseIndex();
    const said: (readonly string[])[] = [];
    const say = (): unknown => said.push(index.pointers("10.0.0.1"));
    say();
    index.addEndpoint("10.0.0.1", "z.web.shop.svc");
    index.addEndpoint("10.0.0.1", "a.db.shop.svc");
    say();
    index.addClusterIP("10.0.0.1", "web.shop.svc");
    index.addClusterIP("10.0.0.1", "db.shop.svc");
    say();
    index.removeClusterIP("10.0.0.1", "db.shop.svc");
    say();
    index.removeClusterIP("10.0.0.1", "web.shop.svc");
    index.removeEndpoint("10.0.0.1", "a.db.shop.svc");
    say();
    index.removeEndpoint("10.0.0.1", "z.web.shop.svc");
    say();
    expect(said).toEqual([
      [],
      ["a.db.shop.svc", "z.web.shop.svc"],
      ["db.shop.svc"],
      ["web.shop.svc"],
      ["z.web.shop.svc"],
      [],
    ]);
  });

  it("counts an owner as often as it was added, and shows it once", () => {
    const index = new ReverseIndex();
    for (const _ of [1, 2, 3]) index.addEndpoint("fd00::1", "a.web.shop.svc");
    index.removeEndpoint("fd00::1", "a.web.shop.svc");
    index.removeEndpoint("fd00::1", "a.web.shop.svc");
    expect(index.endpointNames("fd00::1")).toEqual(["a.web.shop.svc"]);
    index.removeEndpoint("fd00::1", "a.web.shop.svc");
    expect(index.endpointNames("fd00::1")).toEqual([]);
  });

  it("passes over the removal of what it does not have", () => {
    const index = new ReverseIndex();
    index.removeEndpoint("10.0.0.1", "a.web.shop.svc");
    index.addEndpoint("10.0.0.1", "a.web.shop.svc");
    index.removeEndpoint("10.0.0.1", "b.web.shop.svc");
    index.addEndpoint("10.0.0.1", "c.web.shop.svc");
    index.removeEndpoint("10.0.0.1", "b.web.shop.svc");
    expect(index.endpointNames("10.0.0.1")).toEqual(["a.web.shop.svc", "c.web.shop.svc"]);
  });
});
