/** Compiled answers and plugin chain must say the same of every name: a difference is a bug in one of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClusterState, EndpointSlice, Service, StateWriter } from "#cluster/contract.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { plainEndpoint, plainService, plainSlice } from "#cluster/testing/slim.ts";
import { query as testQuery } from "#test/support/plugin.ts";
import { toZoneText } from "#test/zone-text/zone-text.ts";
import { AnswerTable } from "../answers/table.ts";
import type { KubernetesOptions } from "../plugins/kubernetes/contract.ts";
import { KubernetesHandler } from "../plugins/kubernetes/handler.ts";
import { Publisher } from "../plugins/kubernetes/publisher.ts";
import { Resolver } from "../plugins/kubernetes/resolve.ts";
import { RecordType } from "../wire/constants.ts";
import type { Edns, Message } from "../wire/contract.ts";
import { decodeMessage } from "../wire/decode.ts";
import { encodeMessage } from "../wire/encode.ts";
import { labelCount, nameToWire } from "../wire/name.ts";
import { udpLimitBytes } from "../wire/reply.ts";
import { reverseName } from "../wire/reverse.ts";
import { fitMessage } from "../wire/truncate.ts";
import { FastPath } from "./fast-path.ts";
import { DEFER, memoryOf } from "./in-place.ts";
import type { FastPlan } from "./plan.ts";

const zones = ["cluster.local.", "in-addr.arpa.", "ip6.arpa."];
const options: KubernetesOptions = {
  zones,
  primaryZone: "cluster.local.",
  ttlSeconds: 5,
  namespaces: [],
  pods: "insecure",
  endpointPodNames: false,
  noEndpoints: false,
  ignoreEmptyService: false,
  startupTimeoutMs: 0,
  connection: {},
};
const plan = (table: SharedArrayBuffer): FastPlan => ({
  tables: [table],
  zonesOfTable: [[0, 1, 2]],
  lookupFirst: true,
  gates: [],
  zones: zones.map((name) => ({
    kind: "compiled",
    name: nameToWire(name),
    labels: labelCount(name),
    table: 0,
    negativeTtlSeconds: 5,
    missing: "nxdomain",
    deferPods: true,
    rotate: true,
    counters: 0,
  })),
});

/** Both paths over one state. */
class BothPaths {
  readonly state: ClusterState & StateWriter = createClusterState();
  readonly #table = new AnswerTable();
  readonly #memory = memoryOf(new Uint8Array(4096));
  readonly #fast: FastPath;
  readonly #handler: KubernetesHandler;
  deferred = 0;
  answered = 0;

  constructor() {
    for (const kind of ["Namespace", "Service", "EndpointSlice"] as const) this.state.expect(kind);
    const publisher = new Publisher(this.state, this.#table, options, () => 1_700_000_000);
    publisher.start();
    const resolver = new Resolver({
      state: this.state,
      options,
      published: publisher,
      localAddresses: ["127.0.0.1"],
    });
    this.#handler = new KubernetesHandler({
      state: this.state,
      options,
      resolver,
      serial: () => this.#table.serial,
      lookup: async () => undefined,
    });
    this.#fast = new FastPath(plan(this.#table.buffer), 0, this.#memory, { count: () => {} });
  }

  async expectSame(name: string, type: number, edns?: Edns): Promise<void> {
    const asked = testQuery(`${name} A`, edns === undefined ? {} : { edns });
    const question = { ...asked.question, type };
    const message: Message = { ...asked.message, questions: [question] };
    const bytes = encodeMessage(message);
    this.#memory.bytes.set(bytes);
    const length = this.#fast.answer(0, bytes.length, 4096, false);
    if (length === DEFER) {
      this.deferred++;
      return;
    }
    this.answered++;
    const verdict = await this.#handler.serve({ ...asked, message, question }, () => {
      throw new Error("nothing comes behind kubernetes here");
    });
    if (verdict.kind !== "replied") throw new Error(`${name}: the chain refused`);
    const slow = decodeMessage(fitMessage(verdict.response, udpLimitBytes(message)).bytes);
    const fast = decodeMessage(this.#memory.bytes.slice(0, length));
    const label = `${name} ${type}`;
    expect({ ...fast, answers: fast.answers.length }, label).toMatchObject({
      id: slow.id,
      rcode: slow.rcode,
      flags: slow.flags,
      questions: slow.questions,
      answers: slow.answers.length,
      ...(slow.edns === undefined ? {} : { edns: slow.edns }),
    });
    // Which records of a cut set stay depends on the order, which the fast path turns.
    if (!slow.flags.truncated) expect(toZoneText(fast), label).toBe(toZoneText(slow));
  }
}

const portName = fc.constantFrom("", "http", "dns", "metrics");
const protocol = fc.constantFrom("TCP", "UDP", "SCTP" as const);
const port = fc.record({
  name: portName,
  protocol,
  port: fc.integer({ min: 1, max: 9999 }),
  nodePort: fc.constant(0),
});
/** A port of an EndpointSlice may have no number, which means all ports. */
const endpointPort = fc.record(
  { name: portName, protocol, port: fc.integer({ min: 1, max: 9999 }) },
  { requiredKeys: ["name", "protocol"] },
);
const v4 = fc.integer({ min: 1, max: 60 }).map((n) => `10.0.0.${n}`);
const v6 = fc.integer({ min: 1, max: 60 }).map((n) => `fd00::${n.toString(16)}`);
const serviceName = fc.constantFrom(
  "web",
  "db",
  "x",
  "very-long-service-name-that-fills-its-label",
);
const namespace = fc.constantFrom("shop", "data");
const head = { namespace, name: serviceName, resourceVersion: fc.constant("1") };
const ports = fc.array(port, { maxLength: 3 });
const clusterIPService = fc.record({
  ...head,
  type: fc.constantFrom("ClusterIP", "NodePort" as const),
  clusterIPs: fc.oneof(fc.tuple(v4), fc.tuple(v6), fc.tuple(v4, v6)),
  headless: fc.constant(false),
  ports,
});
const headlessService = fc.record({
  ...head,
  type: fc.constant("ClusterIP" as const),
  clusterIPs: fc.constant([]),
  headless: fc.constant(true),
  ports,
});
const externalService = fc.record({
  ...head,
  type: fc.constant("ExternalName" as const),
  clusterIPs: fc.constant([]),
  headless: fc.constant(false),
  externalName: fc.constantFrom(
    "web.shop.svc.cluster.local",
    "db.data.svc.cluster.local",
    "10.1.1.1",
  ),
  ports: fc.constant([]),
});
const service: fc.Arbitrary<Service> = fc
  .oneof(clusterIPService, headlessService, externalService)
  .map((fields) => ({ ...plainService, ...fields }));
const arbitrarySlice = fc.record({
  namespace,
  serviceName,
  name: fc.integer({ min: 0, max: 9 }).map((n) => `slice-${n}`),
  resourceVersion: fc.constant("1"),
  addressType: fc.constantFrom("IPv4", "IPv6" as const),
  endpoints: fc.array(
    fc.record(
      {
        addresses: fc.tuple(fc.oneof(v4, v6)),
        ready: fc.boolean(),
        hostname: fc.constantFrom("node-0", "node-1"),
      },
      { requiredKeys: ["addresses", "ready"] },
    ),
    { maxLength: 45 },
  ),
  ports: fc.array(endpointPort, { maxLength: 3 }),
});
const slice: fc.Arbitrary<EndpointSlice> = arbitrarySlice.map((fields) => ({
  ...plainSlice,
  ...fields,
  endpoints: fields.endpoints.map((endpoint) => ({ ...plainEndpoint, ...endpoint })),
}));

const types = [
  ...[
    RecordType.A,
    RecordType.AAAA,
    RecordType.SRV,
    RecordType.PTR,
    RecordType.TXT,
    RecordType.CNAME,
  ],
  ...[RecordType.SOA, RecordType.NS, RecordType.MX, RecordType.HTTPS, RecordType.ANY],
];
const ednsForms: readonly (Edns | undefined)[] = [
  undefined,
  { version: 0, udpPayloadBytes: 1232, dnssecOk: false, options: [] },
  { version: 0, udpPayloadBytes: 100, dnssecOk: true, options: [] },
];

/** Names that exist, names near them, and names elsewhere. */
function namesToAsk(state: ClusterState): string[] {
  const names = [
    "cluster.local.",
    "svc.cluster.local.",
    "dns.cluster.local.",
    "dns-version.cluster.local.",
    "no.such.zone.",
  ];
  for (const { name, namespace: ns } of [
    ...state.services.values(),
    ...state.endpointSlices.values(),
  ]) {
    const owner = `${name}.${ns}.svc.cluster.local.`;
    names.push(
      owner,
      `nope.${owner}`,
      `_tcp.${owner}`,
      `_http._tcp.${owner}`,
      `http.tcp.${owner}`,
      `_nope._udp.${owner}`,
    );
    names.push(
      `node-0.${owner}`,
      `10-0-0-1.${owner}`,
      `fd00--1.${owner}`,
      `${ns}.svc.cluster.local.`,
      `a.b.c.${owner}`,
    );
    names.push(
      `10-1-2-3.${ns}.pod.cluster.local.`,
      `${ns}.pod.cluster.local.`,
      owner.toUpperCase(),
    );
  }
  for (let n = 1; n <= 60; n += 7)
    names.push(reverseName(`10.0.0.${n}`), reverseName(`fd00::${n.toString(16)}`));
  return [...new Set(names)];
}

describe("both paths", () => {
  it("give the same answer to every question, through every change", async () => {
    const step = fc.oneof(
      service.map((object) => ["Service", object] as const),
      slice.map((object) => ["EndpointSlice", object] as const),
    );
    const removal = fc.nat();
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.array(removal, { maxLength: 5 }),
        async (steps, removals) => {
          const paths = new BothPaths();
          const { state } = paths;
          for (const kind of ["Namespace", "Service", "EndpointSlice"] as const)
            state.markSynced(kind);
          for (const [kind, object] of steps) state.apply(kind, [{ type: "upsert", object }]);
          for (const at of removals) {
            const [kind, { namespace: ns, name }] = steps[
              at % steps.length
            ] as (typeof steps)[number];
            state.apply(kind, [{ type: "delete", namespace: ns, name }]);
          }
          for (const name of namesToAsk(state)) {
            for (const type of types)
              await paths.expectSame(name, type, ednsForms[(name.length + type) % 3]);
          }
          expect(paths.answered).toBeGreaterThan(paths.deferred);
        },
      ),
      { numRuns: 60 },
    );
  });
});
