import { describe, expect, it, vi } from "vitest";
import type { ChangeSet, EndpointSlice, Pod, Service, SlimEvent } from "../contract.ts";
import { plainService, plainSlice } from "../testing/slim.ts";
import { createClusterState } from "./state.ts";

const service = (name: string, clusterIP = "10.0.0.1", resourceVersion = "1"): Service => ({
  ...plainService,
  name,
  resourceVersion,
  clusterIPs: [clusterIP],
});
const slice = (name: string, serviceName: string): EndpointSlice => ({
  ...plainSlice,
  name,
  serviceName,
});
const pod = (name: string, ...podIPs: string[]): Pod => ({
  namespace: "shop",
  name,
  resourceVersion: "1",
  podIPs,
});

const put = (object: Service): SlimEvent<"Service"> => ({ type: "upsert", object });
const drop = (name: string): SlimEvent<"Service"> => ({ type: "delete", namespace: "shop", name });

function recorded() {
  const state = createClusterState();
  const log: string[] = [];
  state.onChange(({ revision, changes }: ChangeSet) => {
    const { added = [], updated = [], removed = [] } = changes.Service ?? {};
    const parts = [
      ...added.map((it) => `+${it.name}`),
      ...updated.map((it) => `~${it.after.name}`),
      ...removed.map((it) => `-${it.name}`),
    ];
    log.push(`${revision}: ${parts.join(" ")}`);
  });
  return { state, log };
}

describe("change sets", () => {
  const a = service("a");
  const b = service("b");
  const movedA = service("a", "10.0.0.9");

  it.each<[string, SlimEvent<"Service">[][], string[]]>([
    ["an added object", [[put(a)]], ["1: +a"]],
    ["one batch, one change set", [[put(a), put(b)]], ["1: +a +b"]],
    ["a repeated event", [[put(a)], [put(a)]], ["1: +a"]],
    ["a new version of the same", [[put(a)], [put(service("a", "10.0.0.1", "2"))]], ["1: +a"]],
    ["an update", [[put(a)], [put(movedA)]], ["1: +a", "2: ~a"]],
    ["added and changed at once", [[put(a), put(movedA)]], ["1: +a"]],
    ["added and removed at once", [[put(a), drop("a")]], []],
    ["removed and added again at once", [[put(a)], [drop("a"), put(a)]], ["1: +a"]],
    ["changed there and back at once", [[put(a)], [put(movedA), put(a)]], ["1: +a"]],
    ["a removal", [[put(a)], [drop("a")]], ["1: +a", "2: -a"]],
    ["a removal of nothing", [[drop("a")]], []],
    ["nothing", [[]], []],
  ])("%s", (_case, batches, expected) => {
    const { state, log } = recorded();
    for (const batch of batches) state.apply("Service", batch);
    expect(log).toEqual(expected);
    expect(state.revision).toBe(expected.length);
  });

  it("replaces by difference", () => {
    const { state, log } = recorded();
    state.replace("Service", [a, b]);
    state.replace("Service", [movedA, service("c")]);
    state.replace("Service", [movedA, service("c")]);
    expect(log).toEqual(["1: +a +b", "2: +c ~a -b"]);
    expect(state.services.size).toBe(2);
  });

  it("keeps the newest version of an object whose meaning did not change", () => {
    const { state } = recorded();
    state.apply("Service", [put(a)]);
    state.apply("Service", [put(service("a", "10.0.0.1", "2"))]);
    expect(state.services.get("shop", "a")?.resourceVersion).toBe("2");
  });
});

describe("collections and indexes", () => {
  it("finds objects by key and walks over all", () => {
    const state = createClusterState();
    state.replace("Service", [service("a"), { ...service("a"), namespace: "other" }]);
    expect(state.services.get("other", "a")?.namespace).toBe("other");
    expect(state.services.get("none", "a")).toBeUndefined();
    expect([...state.services.values()].map((it) => it.namespace)).toEqual(["shop", "other"]);
  });

  it("follows slices from service to service", () => {
    const state = createClusterState();
    const names = (name: string) => state.slicesOfService("shop", name).map((it) => it.name);
    state.replace("EndpointSlice", [
      slice("1", "web"),
      slice("2", "web"),
      slice("3", "db"),
      slice("4", ""),
    ]);
    expect([names("web"), names("db"), names("")]).toEqual([["1", "2"], ["3"], []]);
    state.apply("EndpointSlice", [{ type: "upsert", object: slice("1", "db") }]);
    expect([names("web"), names("db")]).toEqual([["2"], ["3", "1"]]);
    state.replace("EndpointSlice", []);
    expect([names("web"), names("db")]).toEqual([[], []]);
  });

  it("hands out the newest version of a slice even when nobody was told", () => {
    const state = createClusterState();
    state.apply("EndpointSlice", [{ type: "upsert", object: slice("1", "web") }]);
    const newer = { ...slice("1", "web"), resourceVersion: "2" };
    state.apply("EndpointSlice", [{ type: "upsert", object: newer }]);
    expect(state.slicesOfService("shop", "web")).toEqual([newer]);
  });

  it("finds pods by each of their addresses", () => {
    const state = createClusterState();
    const names = (address: string) => state.podsByAddress(address).map((it) => it.name);
    state.replace("Pod", [pod("a", "10.1.0.1", "fd00::1"), pod("b", "10.1.0.1")]);
    expect([names("10.1.0.1"), names("fd00::1"), names("10.1.0.2")]).toEqual([
      ["a", "b"],
      ["a"],
      [],
    ]);
    state.apply("Pod", [{ type: "delete", namespace: "shop", name: "a" }]);
    expect([names("10.1.0.1"), names("fd00::1")]).toEqual([["b"], []]);
  });
});

describe("sync", () => {
  it("waits for every expected kind and tells once", () => {
    const state = createClusterState();
    state.expect("Service");
    state.expect("EndpointSlice");
    const synced = vi.fn();
    state.onSynced(synced);
    state.replace("Service", []);
    expect([state.hasSynced("Service"), state.hasSynced("Pod"), state.hasSynced()]).toEqual([
      true,
      true,
      false,
    ]);
    expect(synced).not.toHaveBeenCalled();
    state.markSynced("EndpointSlice");
    state.replace("Service", [service("a")]);
    expect(state.hasSynced()).toBe(true);
    expect(synced).toHaveBeenCalledTimes(1);
  });

  it("comes after the changes it stands for, and they see it", () => {
    const state = createClusterState();
    state.expect("Service");
    const log: string[] = [];
    state.onSynced(() => log.push("synced"));
    state.onChange(() => log.push(`change, synced: ${state.hasSynced()}`));
    state.replace("Service", [service("a")]);
    expect(log).toEqual(["change, synced: true", "synced"]);
  });

  it("tells late comers in a microtask", async () => {
    const synced = vi.fn();
    createClusterState().onSynced(synced);
    expect(synced).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(synced).toHaveBeenCalledTimes(1);
  });
});

describe("staleness", () => {
  it("is the time since the kind was vouched for that has waited longest", () => {
    let nowMs = 1000;
    const state = createClusterState({ nowMs: () => nowMs });
    expect(state.staleForMs()).toBe(0); // nothing to vouch for
    state.expect("Service");
    state.expect("Pod");
    state.vouch("Service");
    expect(state.staleForMs()).toBe(Number.POSITIVE_INFINITY);
    nowMs = 3000;
    state.vouch("Pod");
    expect(state.staleForMs()).toBe(2000);
    state.vouch("Service");
    expect(state.staleForMs()).toBe(0);
  });
});

describe("listeners", () => {
  it("are called in order until they unsubscribe", () => {
    const state = createClusterState();
    const log: string[] = [];
    const stop = state.onChange(() => log.push("first"));
    state.onChange(() => log.push("second"));
    state.apply("Service", [put(service("a"))]);
    stop();
    state.apply("Service", [drop("a")]);
    expect(log).toEqual(["first", "second", "second"]);
  });

  it("do not harm one another by throwing", () => {
    const onListenerError = vi.fn();
    const state = createClusterState({ onListenerError });
    const second = vi.fn();
    state.onChange(() => {
      throw new Error("broken");
    });
    state.onChange(second);
    state.apply("Service", [put(service("a"))]);
    expect(second).toHaveBeenCalledTimes(1);
    expect(onListenerError).toHaveBeenCalledWith(new Error("broken"));
  });
});
