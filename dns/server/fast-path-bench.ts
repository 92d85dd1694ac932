/** The fast path for its tests: over the names of a cluster, in memory that shows what was written outside a reply. */
import { TestCluster } from "../plugins/kubernetes/test-cluster.ts";
import type { Message } from "../wire/contract.ts";
import { decodeMessage } from "../wire/decode.ts";
import { labelCount, nameToWire } from "../wire/name.ts";
import { FastPath } from "./fast-path.ts";
import { DEFER, memoryOf } from "./in-place.ts";
import type { CompiledZone, FastPlan } from "./plan.ts";

const OFFSET = 4096;
const MEMORY_BYTES = OFFSET + 70_000;
const GUARD = 0xa5;

export interface BenchSetting {
  /** As TestCluster.apply() reads them. */
  readonly events?: readonly string[];
  readonly synced?: boolean;
  /** What differs in the zones, which are TestCluster's. */
  readonly zone?: Partial<CompiledZone>;
  readonly plan?: (plan: FastPlan) => FastPlan;
}

export interface Asked {
  readonly stream?: boolean;
  readonly capacity?: number;
}

/** A Service, a headless one of both families, an ExternalName. */
const defaultEvents = [
  "+ Service web.shop ClusterIP 10.0.0.1 http/TCP/80",
  "+ Service dual.shop headless",
  "+ EndpointSlice d4.shop of dual IPv4 | 10.1.0.1 10.1.0.2",
  "+ EndpointSlice d6.shop of dual IPv6 | fd00::1 fd00::2",
  "+ Service ext.shop ExternalName a.test",
];

export class FastPathBench {
  /** What the observer was told, one line an answer. */
  readonly counted: string[] = [];
  readonly #memory = memoryOf(new Uint8Array(MEMORY_BYTES));
  readonly #path: FastPath;

  constructor({ events = defaultEvents, synced = true, zone, plan }: BenchSetting = {}) {
    const cluster = new TestCluster();
    cluster.publisher.start();
    cluster.apply(...events);
    if (synced) cluster.sync();
    const zones = cluster.options.zones.map(
      (name): CompiledZone => ({
        kind: "compiled",
        name: nameToWire(name),
        labels: labelCount(name),
        table: 0,
        negativeTtlSeconds: 5,
        missing: "nxdomain",
        deferPods: false,
        rotate: true,
        counters: 7,
        ...zone,
      }),
    );
    const whole: FastPlan = {
      tables: [cluster.table.buffer],
      zonesOfTable: [[0, 1, 2]],
      lookupFirst: true,
      zones,
      gates: [],
    };
    this.#path = new FastPath(plan?.(whole) ?? whole, 0, this.#memory, {
      count: (...args) => this.counted.push(args.join(" ")),
    });
  }

  /**
   * Bytes of the reply, undefined when the query was deferred. Throws when anything outside the capacity was written,
   * or a deferred query was altered.
   */
  answer(query: Uint8Array, { stream = false, capacity = 65_600 }: Asked = {}): Buffer | undefined {
    const { bytes } = this.#memory;
    bytes.fill(GUARD);
    bytes.set(query, OFFSET);
    this.#path.enter();
    const length = this.#path.answer(OFFSET, query.length, capacity, stream);
    this.#path.leave();
    const isUntouched = (from: number, to?: number): boolean =>
      bytes.subarray(from, to).every((byte) => byte === GUARD);
    if (!isUntouched(0, OFFSET) || !isUntouched(OFFSET + capacity))
      throw new Error("written outside the capacity");
    const slot = Buffer.from(bytes.buffer, OFFSET);
    if (length !== DEFER) return Buffer.from(slot.subarray(0, length));
    if (!slot.subarray(0, query.length).equals(query))
      throw new Error("a deferred query was altered");
    return undefined;
  }

  reply(query: Uint8Array, asked?: Asked): Message | undefined {
    const bytes = this.answer(query, asked);
    return bytes === undefined ? undefined : decodeMessage(bytes);
  }
}
