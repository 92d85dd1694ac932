/**
 * The cluster as DNS may show it where a proxy runs beside it: a Service that is new or has changed is seen once this
 * node's datapath carries it, and one that is gone is gone at once, before its rules are. What does not go through the
 * datapath (headless Services, ExternalName, endpoints, namespaces) is seen as it comes.
 */
import type {
  ChangeSet,
  Changes,
  ClusterState,
  Kind,
  KindTypes,
  ProgrammedServices,
  Service,
  SlimEvent,
  StateWriter,
} from "#cluster/contract.ts";
import { createClusterState } from "#cluster/state/state.ts";
import type { Logger } from "#observe/contract.ts";

export interface GateOptions {
  readonly state: ClusterState;
  /** A name waits at most so long for the datapath, and is then answered and reported. */
  readonly longestWaitMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Calls back once after so many milliseconds; returns the way to take that back. */
  readonly schedule: (delayMs: number, due: () => void) => () => void;
  readonly logger: Logger;
}

interface Waiting {
  readonly namespace: string;
  readonly name: string;
  /** Of the newest change. */
  readonly revision: number;
  /** Of the first. */
  readonly sinceMs: number;
}

const straight = ["EndpointSlice", "Namespace", "Pod", "Node", "ServiceCIDR"] as const;

export class ProgrammedGate {
  readonly #options: GateOptions;
  readonly #passed: ClusterState & StateWriter;
  /** The longest waiting first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #ends: (() => void)[] = [];
  #programmed: ProgrammedServices | undefined;
  #unschedule: () => void = () => {};

  /** To be made before the proxy: names of deleted Services are to go before their rules. */
  constructor(options: GateOptions) {
    this.#options = options;
    this.#passed = createClusterState({ staleForMs: () => options.state.staleForMs() });
    for (const kind of ["Service", ...straight] as const) this.#passed.expect(kind);
    this.#ends.push(options.state.onChange((changeSet) => this.#follow(changeSet)));
  }

  /** What passes. Nothing does before open(). */
  get state(): ClusterState {
    return this.#passed;
  }

  /** Lets pass what is programmed by now, and from then on what comes to be. To be called once everything is listed. */
  open(programmed: ProgrammedServices): void {
    const { state } = this.#options;
    this.#programmed = programmed;
    this.#ends.push(
      programmed.onProgrammed((services) => {
        for (const { namespace, name, revision } of services)
          this.#reached(`${namespace}/${name}`, revision);
      }),
    );
    const passing: Service[] = [];
    for (const service of state.services.values())
      if (!this.#waits(service, 0)) passing.push(service);
    // Endpoints and namespaces first: a Service is then shown whole.
    this.#passed.replace("EndpointSlice", state.endpointSlices.values());
    this.#passed.replace("Namespace", state.namespaces.values());
    this.#passed.replace("Pod", state.pods.values());
    this.#passed.replace("Node", state.nodes.values());
    this.#passed.replace("ServiceCIDR", state.serviceCIDRs.values());
    this.#passed.replace("Service", passing);
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#unschedule();
  }

  #follow({ revision, changes }: ChangeSet): void {
    if (this.#programmed === undefined) return;
    for (const kind of straight) this.#pass(kind, changes[kind]);
    const { Service: services } = changes;
    if (services === undefined) return;
    for (const { namespace, name } of services.removed)
      this.#waiting.delete(`${namespace}/${name}`);
    const changed = [...services.added, ...services.updated.map(({ after }) => after)];
    this.#passed.apply("Service", [
      ...services.removed.map(
        ({ namespace, name }) => ({ type: "delete", namespace, name }) as const,
      ),
      ...changed
        .filter((service) => !this.#waits(service, revision))
        .map((object) => ({ type: "upsert", object }) as const),
    ]);
  }

  #pass<K extends Kind>(kind: K, changes: Changes<KindTypes[K]> | undefined): void {
    if (changes === undefined) return;
    const events: SlimEvent<K>[] = [
      ...changes.removed.map(
        ({ namespace, name }) => ({ type: "delete", namespace, name }) as const,
      ),
      ...changes.added.map((object) => ({ type: "upsert", object }) as const),
      ...changes.updated.map(({ after }) => ({ type: "upsert", object: after }) as const),
    ];
    this.#passed.apply(kind, events);
  }

  /** True when the Service must wait for the datapath; it is then remembered. */
  #waits(service: Service, revision: number): boolean {
    const { namespace, name } = service;
    const key = `${namespace}/${name}`;
    const reached = this.#programmed?.revisionOf(namespace, name);
    if (!goesThroughDatapath(service) || (reached !== undefined && reached >= revision)) {
      this.#waiting.delete(key);
      return false;
    }
    const sinceMs = this.#waiting.get(key)?.sinceMs ?? this.#options.nowMs();
    this.#waiting.set(key, { namespace, name, revision, sinceMs });
    this.#schedule();
    return true;
  }

  #reached(key: string, revision: number): void {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined && revision >= waiting.revision) this.#let(key, waiting);
  }

  #let(key: string, { namespace, name }: Waiting): void {
    this.#waiting.delete(key);
    const object = this.#options.state.services.get(namespace, name);
    if (object !== undefined) this.#passed.apply("Service", [{ type: "upsert", object }]);
  }

  #schedule(): void {
    const { longestWaitMs, nowMs, schedule } = this.#options;
    this.#unschedule();
    const [first] = this.#waiting.values();
    if (first === undefined) return;
    const delayMs = Math.max(0, first.sinceMs + longestWaitMs - nowMs());
    this.#unschedule = schedule(delayMs, () => this.#giveUp());
  }

  #giveUp(): void {
    const { longestWaitMs, nowMs, logger } = this.#options;
    const latestMs = nowMs() - longestWaitMs;
    for (const [key, waiting] of this.#waiting) {
      if (waiting.sinceMs > latestMs) break;
      const { namespace, name } = waiting;
      logger.warn(
        { namespace, service: name },
        `not programmed on this node after ${longestWaitMs / 1000} s: its name is answered all the same`,
      );
      this.#let(key, waiting);
    }
    this.#schedule();
  }
}

/** Whether a client that has the Service's name goes through this node's rules. */
function goesThroughDatapath({ type, headless, clusterIPs, traffic }: Service): boolean {
  const { proxyName, hasHeadlessLabel } = traffic;
  const isOurs = proxyName === "" && !hasHeadlessLabel;
  return type !== "ExternalName" && !headless && clusterIPs.length > 0 && isOurs;
}
