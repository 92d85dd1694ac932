/** A cluster state with the names published from it, for the tests of this folder. */
import type { ClusterState, StateWriter } from "#cluster/contract.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { type CompiledEntry, FLAG_DEFER_ALL } from "../../answers/layout.ts";
import { AnswerTable } from "../../answers/table.ts";
import { RecordType, typeName } from "../../wire/constants.ts";
import { nameFromWire } from "../../wire/name.ts";
import type { KubernetesOptions } from "./contract.ts";
import { Publisher } from "./publisher.ts";
import { namespace, pod, service, slice } from "./test-objects.ts";

const defaultOptions: KubernetesOptions = {
  zones: ["cluster.local.", "in-addr.arpa.", "ip6.arpa."],
  primaryZone: "cluster.local.",
  ttlSeconds: 5,
  namespaces: [],
  pods: "disabled",
  endpointPodNames: false,
  noEndpoints: false,
  ignoreEmptyService: false,
  startupTimeoutMs: 0,
  connection: {},
};

const HEAD_BYTES = 12;

function pointersIn(answer: Uint8Array): string[] {
  const targets: string[] = [];
  const view = new DataView(answer.buffer, answer.byteOffset);
  for (let at = 0; at < answer.length; at += HEAD_BYTES + view.getUint16(at + HEAD_BYTES - 2))
    targets.push(nameFromWire(answer, at + HEAD_BYTES));
  return targets;
}

/** What a name has, in words: its types, where it points back to, or that it is left to the slow path. */
function summaryOf({ flags, sets }: CompiledEntry): string {
  if (flags === FLAG_DEFER_ALL) return "deferred";
  const words = sets.map(({ type, answerCount, answer }) =>
    type === RecordType.PTR
      ? `PTR ${pointersIn(answer).join(" ")}`
      : `${typeName(type)}${answerCount > 1 ? `*${answerCount}` : ""}`,
  );
  return words.join(" ") || "-";
}

/** An answer table whose content can be listed, and whose writes are counted. */
class ListedTable extends AnswerTable {
  readonly names = new Map<string, string>();
  writes = 0;

  override set(entry: CompiledEntry): boolean {
    const changed = super.set(entry);
    this.names.set(nameFromWire(entry.name), summaryOf(entry));
    if (changed) this.writes++;
    return changed;
  }

  override delete(name: Uint8Array): boolean {
    const changed = super.delete(name);
    this.names.delete(nameFromWire(name));
    if (changed) this.writes++;
    return changed;
  }
}

const objectOf = {
  Service: service,
  EndpointSlice: slice,
  Namespace: namespace,
  Pod: pod,
} as const;
const kinds = ["Service", "EndpointSlice", "Namespace", "Pod"] as const;

export class TestCluster {
  readonly state: ClusterState & StateWriter = createClusterState({
    onListenerError: (error) => {
      throw error;
    },
  });
  readonly table = new ListedTable();
  readonly options: KubernetesOptions;
  readonly publisher: Publisher;
  nowSeconds = 1_700_000_000;

  constructor(options: Partial<KubernetesOptions> = {}) {
    this.options = { ...defaultOptions, ...options };
    const { state, table } = this;
    for (const kind of kinds) state.expect(kind);
    this.publisher = new Publisher(state, table, this.options, () => this.nowSeconds);
  }

  sync(): this {
    for (const kind of kinds) this.state.markSynced(kind);
    return this;
  }

  /** "+ Service web.shop ClusterIP 10.0.0.1" adds or changes, "- Service web.shop" removes. Events of one `kind` in one. */
  apply(...events: readonly string[]): void {
    for (const event of events) {
      const [sign, kind = "", ...words] = event.split(" ");
      const text = words.join(" ");
      // The tests name kinds.
      const known = kind as (typeof kinds)[number];
      if (sign === "+")
        this.state.apply(known, [{ type: "upsert", object: objectOf[known](text) }]);
      else {
        const { namespace: ns, name } = objectOf[known](text);
        this.state.apply(known, [{ type: "delete", namespace: ns, name }]);
      }
    }
  }
}
