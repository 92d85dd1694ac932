import { describe, expect, it } from "vitest";
import type { ChangeSet, Node, Service } from "#cluster/contract.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { plainNode } from "#cluster/testing/slim.ts";
import type { ServicePlan } from "../contract.ts";
import { type PlanDelta, Planner } from "./planner.ts";
import { node, options, planText, service, slice } from "./test-objects.ts";

const kinds = ["Service", "EndpointSlice", "Node"] as const;
const zoneOf = (it: Node | undefined) => it?.labels["topology.kubernetes.io/zone"];

/** A state, its planner and what the planner said: "~ web" for a changed plan, "- web" for a removed one. */
class Scene {
  readonly state = createClusterState({
    onListenerError: (error) => {
      throw error;
    },
  });
  readonly log: string[] = [];
  nowMs = 0;
  readonly planner = new Planner({
    state: this.state,
    options,
    nodeName: "n1",
    factsOf: (it) => ({ ...node, zone: zoneOf(it) }),
    nowMs: () => this.nowMs,
  });
  last: readonly ServicePlan[] = [];

  constructor({ synced = true } = {}) {
    for (const kind of kinds) this.state.expect(kind);
    this.state.onChange((changeSet: ChangeSet) => this.take(this.planner.follow(changeSet)));
    this.state.onSynced(() => this.take(this.planner.refresh()));
    if (synced) for (const kind of kinds) this.state.replace(kind, []);
  }

  take({ changed, removed }: PlanDelta): void {
    this.last = changed;
    const words = [
      ...changed.map(({ name }) => `~ ${name}`),
      ...removed.map(({ name }) => `- ${name}`),
    ];
    if (words.length > 0) this.log.push(words.join(" "));
  }

  put(object: Service | ReturnType<typeof slice>): void {
    if ("serviceName" in object) this.state.apply("EndpointSlice", [{ type: "upsert", object }]);
    else this.state.apply("Service", [{ type: "upsert", object }]);
  }

  drop(kind: "Service" | "EndpointSlice", name: string): void {
    this.state.apply(kind, [{ type: "delete", namespace: "shop", name }]);
  }

  place(zone: string): void {
    const labels = { "topology.kubernetes.io/zone": zone };
    this.state.apply("Node", [{ type: "upsert", object: { ...plainNode, labels } }]);
  }

  text(name: string): readonly string[] {
    return planText(this.planner.plans.get(`shop/${name}`));
  }
}

const web = service("web.shop ClusterIP 10.0.0.1 http/TCP/80");
const db = service("db.shop ClusterIP 10.0.0.2 sql/TCP/5432");
const one = slice("web-1.shop of web IPv4 http/TCP/8080 | 10.1.0.1");
const two = slice("web-1.shop of web IPv4 http/TCP/8080 | 10.1.0.1 10.1.0.2");

describe("a change", () => {
  const rows: readonly (readonly [string, (scene: Scene) => void, readonly string[]])[] = [
    ["of a Service", (it) => it.put({ ...web, clusterIPs: ["10.0.0.9"] }), ["~ web"]],
    ["of its slice", (it) => it.put(two), ["~ web"]],
    [
      "of a slice of none",
      (it) => it.put(slice("x-1.shop of x IPv4 http/TCP/8080 | 10.1.0.5")),
      [],
    ],
    ["of a slice of no Service", (it) => it.put({ ...two, name: "y", serviceName: "" }), []],
    [
      "that plans do not see",
      (it) => it.put({ ...one, endpoints: one.endpoints.map((e) => ({ ...e, hostname: "h" })) }),
      [],
    ],
    ["of a trigger time alone", (it) => it.put({ ...one, lastChangeTriggerTimeMs: 5 }), []],
    ["that removes a Service", (it) => it.drop("Service", "web"), ["- web"]],
    ["that removes its slice", (it) => it.drop("EndpointSlice", "web-1"), ["~ web"]],
    [
      "that makes it headless",
      (it) => it.put({ ...web, headless: true, clusterIPs: [] }),
      ["- web"],
    ],
    ["that gives its slice to another", (it) => it.put({ ...one, serviceName: "db" }), ["~ web"]],
    ["of the node's zone", (it) => it.place("b"), []],
    [
      "of another node",
      (it) => it.state.apply("Node", [{ type: "upsert", object: { ...plainNode, name: "n2" } }]),
      [],
    ],
  ];
  it.each(rows)("%s", (_title, change, expected) => {
    const scene = new Scene();
    for (const object of [web, db, one]) scene.put(object);
    scene.log.length = 0;
    change(scene);
    expect(scene.log).toEqual(expected);
  });

  it("of the node's zone concerns the Services whose hints name it", () => {
    const scene = new Scene();
    scene.put(web);
    scene.put(db);
    scene.put(slice("web-1.shop of web IPv4 http/TCP/8080 | 10.1.0.1[a] 10.1.0.2[b]"));
    scene.log.length = 0;
    scene.place("a");
    scene.place("b");
    scene.place("b");
    expect(scene.log).toEqual(["~ web", "~ web"]);
    expect(scene.text("web")).toContain(" cluster 10.1.0.2:8080");
  });
});

describe("before everything is listed", () => {
  it("nothing is planned", () => {
    const scene = new Scene({ synced: false });
    scene.state.replace("EndpointSlice", [one]);
    scene.put(web);
    expect([scene.log, scene.planner.plans.size]).toEqual([[], 0]);
    scene.state.replace("Service", [web, db]);
    expect(scene.log).toEqual([]);
    scene.state.replace("Node", []);
    expect(scene.log).toEqual(["~ web ~ db"]);
    expect(scene.text("web")).toContain(" cluster 10.1.0.1:8080");
  });

  it("and the last list may be one that changes nothing", () => {
    const scene = new Scene({ synced: false });
    scene.state.replace("Node", []);
    scene.state.replace("EndpointSlice", []);
    scene.put(web);
    scene.state.markSynced("Service");
    expect(scene.log).toEqual(["~ web"]);
  });
});

describe("a plan", () => {
  it("takes slices that came before their Service", () => {
    const scene = new Scene();
    scene.put(one);
    scene.put(web);
    expect(scene.log).toEqual(["~ web"]);
    expect(scene.text("web")).toContain(" cluster 10.1.0.1:8080");
  });

  it("says when its change was triggered", () => {
    const scene = new Scene();
    scene.put(web);
    scene.put({ ...two, lastChangeTriggerTimeMs: 7_000 });
    expect(scene.last.map(({ ports }) => ports[0]?.triggeredMs)).toEqual([7_000]);
    scene.drop("EndpointSlice", "web-1");
    expect(scene.last.map(({ ports }) => ports[0]?.triggeredMs)).toEqual([undefined]);
  });

  it("takes over an address when its older holder goes", () => {
    const scene = new Scene();
    const externalIPs = ["198.51.100.7"];
    const old = service("old.shop ClusterIP 10.0.0.3 http/TCP/80", { externalIPs });
    const young = {
      ...service("young.shop ClusterIP 10.0.0.4 http/TCP/80", { externalIPs }),
      createdSeconds: 9,
    };
    scene.put(young);
    scene.put(old);
    scene.drop("Service", "old");
    expect(scene.log).toEqual(["~ young", "~ old ~ young", "~ young - old"]);
    expect(scene.text("young")).toEqual([
      "http TCP 10.0.0.4:80 -> refuse",
      " ExternalIP 198.51.100.7:80 -> refuse",
    ]);
  });

  it("changes by itself while an endpoint starts slowly", () => {
    const scene = new Scene();
    const annotations = { "fairlead.dev/slow-start": "20s" };
    scene.put(one);
    scene.put(service("web.shop ClusterIP 10.0.0.1 http/TCP/80", { annotations }));
    expect(scene.planner.nextChangeMs).toBeUndefined();
    scene.nowMs = 1_000;
    scene.put(two);
    expect(scene.text("web")).toContain(" cluster 10.1.0.1:8080x10 10.1.0.2:8080");
    for (let step = 2; step <= 10; step++) {
      expect(scene.planner.nextChangeMs).toBe(1_000 + (step - 1) * 2_000);
      scene.nowMs = scene.planner.nextChangeMs ?? 0;
      scene.take(scene.planner.tick());
    }
    expect(scene.text("web")).toContain(" cluster 10.1.0.1:8080 10.1.0.2:8080");
    expect(scene.planner.nextChangeMs).toBeUndefined();
    scene.take(scene.planner.tick());
    expect(scene.log).toHaveLength(11);
  });
});
