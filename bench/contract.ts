/** What the benchmark's parts hand to one another: data, servers, measurements, results. Types only. */

/** A service as every server is given it, in its own format. */
export type ServiceModel = ClusterIpModel | HeadlessModel;

interface ServiceHead {
  readonly namespace: string;
  readonly name: string;
  /** Every service has one TCP port with this name and number. */
  readonly portName: string;
  readonly port: number;
}

export interface ClusterIpModel extends ServiceHead {
  readonly kind: "clusterIP";
  readonly clusterIP: string;
}

export interface HeadlessModel extends ServiceHead {
  readonly kind: "headless";
  /** Ready endpoint addresses, without hostnames. */
  readonly addresses: readonly string[];
}

export interface ClusterModel {
  /** With trailing dot. */
  readonly zone: string;
  readonly namespaces: readonly string[];
  readonly services: readonly ServiceModel[];
}

/** One query of a load, before it is encoded. */
export interface LoadQuery {
  readonly name: string;
  readonly type: "A" | "AAAA" | "SRV" | "PTR";
  readonly edns: boolean;
  /** The IPv4 address that is the whole answer; absent where the answer is not checked. */
  readonly address?: string;
}

/** What a server gets to serve, and where. */
export interface ServeOptions {
  readonly model: ClusterModel;
  /** Base URL of an API server that holds the model; only given to servers with `readsApi`. */
  readonly apiServer: string;
  /** An empty directory for configuration and data, removed after the run. */
  readonly directory: string;
  /** DNS over UDP and TCP on 127.0.0.1; the 9 ports above it are free for probes. */
  readonly port: number;
  /** CPU that all of the server's threads are pinned to, or those among which the kernel may choose. */
  readonly cpu: number | readonly number[];
}

export interface RunningServer {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** From the start of the program to the first answer for the last service of the model. */
  readonly startedInMs: number;
  /** What it has printed so far, the last MiB. */
  output(): string;
  stop(): Promise<void>;
}

/** A DNS server that can be measured. */
export interface Contestant {
  readonly name: string;
  readonly readsApi: boolean;
  /** The version as the program states it, or undefined when it is not installed. */
  version(): Promise<string | undefined>;
  /** Resolves once the server answers. */
  start(options: ServeOptions): Promise<RunningServer>;
}

/** Values of one metric for one contestant; index i of all series of a scenario comes from the same round. */
export interface Series {
  readonly contestant: string;
  readonly metric: string;
  readonly unit: string;
  readonly samples: readonly number[];
}

/** A goal for one series: absolute, or as a ratio to another contestant's series of the same metric. */
export interface Target {
  readonly contestant: string;
  readonly metric: string;
  /** Absent: `atMost` and `atLeast` bound the median itself. */
  readonly reference?: string;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Bound of the interval's upper end. */
  readonly upperBoundAtMost?: number;
}

export interface ScenarioResult {
  readonly scenario: string;
  readonly title: string;
  /** ISO date of the measurement. */
  readonly measuredAt: string;
  readonly rounds: number;
  /** Commit of the repository that was measured; absent in older results. */
  readonly revision?: string;
  /** The contestant that ratios refer to; absent when the figures stand alone. */
  readonly reference?: string;
  readonly series: readonly Series[];
  readonly targets: readonly Target[];
  /** Sentences that a reader needs to judge the figures, such as what was missing. */
  readonly notes: readonly string[];
}

export interface Environment {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly kernel: string;
  readonly node: string;
  /** Contestant or tool -> version. */
  readonly versions: Readonly<Record<string, string>>;
}

/** bench/results.jsonl: the newest result of every scenario. */
export interface ResultStore {
  readonly environment: Environment;
  readonly scenarios: Readonly<Record<string, ScenarioResult>>;
}

export interface Progress {
  /** Replaces the line in progress. */
  update(text: string): void;
  /** Ends the line in progress with a lasting one. */
  done(text: string): void;
}

/** What a scenario runs with. */
export interface ScenarioContext {
  readonly rounds: number;
  /** Shorter runs and smaller data: shows that it works, measures nothing. */
  readonly quick: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Starts servers, and stops all of them and removes their directories when the scenario has ended. */
  readonly arena: Arena;
}

export interface Arena {
  /** Those of the contestants that are installed and wanted, and the names of those that are not installed. */
  choose(
    contestants: readonly Contestant[],
  ): Promise<{ readonly installed: readonly Contestant[]; readonly missing: readonly string[] }>;
  /** Those of the wanted contestants that are installed, each serving the model; the others' names are in `missing`. */
  serve(
    model: ClusterModel,
    contestants: readonly Contestant[],
  ): Promise<{ readonly servers: readonly RunningServer[]; readonly missing: readonly string[] }>;
  /** Base URL of an API server that holds the model, started on first use. */
  apiServer(model: ClusterModel): Promise<string>;
  /** A port of the benchmark's range with nine free ones above it. */
  nextPort(): number;
  /** A new empty directory. */
  directory(): Promise<string>;
  /** Called at the end of the scenario, the newest first. */
  defer(cleanup: () => Promise<void>): void;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  run(context: ScenarioContext): Promise<ScenarioResult>;
}

/** What `fairlead bench NAME` runs; a section of the report. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** What a reader must know of how all of its scenarios measure. */
  readonly lead: readonly string[];
  readonly scenarios: readonly Scenario[];
  /** Whose versions the report states. */
  readonly programs: readonly Pick<Contestant, "name" | "version">[];
}
