/** What tests of plugins share: a process without servers, one-line Corefiles, queries. */
import { Registry } from "prom-client";
import type {
  LoadedBlock,
  Plugin,
  PluginInstance,
  Query,
  RegistryRow,
  Verdict,
} from "#dns/contract.ts";
import { loadBlocks, type ProcessServices } from "#dns/corefile/load.ts";
import { parseCorefile } from "#dns/corefile/parser.ts";
import { Opcode, RecordClass, typeCode } from "#dns/wire/constants.ts";
import type { Edns } from "#dns/wire/contract.ts";
import { type ReplyParts, replyTo } from "#dns/wire/reply.ts";
import { createLogger } from "#observe/logger.ts";

export interface TestProcess {
  readonly services: ProcessServices;
  /** Lines of the log so far. */
  readonly log: string[];
  /** Errors that would have ended the process. */
  readonly fatal: Error[];
  readonly metrics: Registry;
}

/** Services whose log is an array. They know no cluster. */
export function testProcess(instances: () => readonly PluginInstance[] = () => []): TestProcess {
  const log: string[] = [];
  const fatal: Error[] = [];
  const metrics = new Registry();
  const made = new Map<string, unknown>();
  const once = <T>(key: string, make: () => T): T => {
    if (!made.has(key)) made.set(key, make());
    // The same key is always made by the same function.
    return made.get(key) as T;
  };
  const shared: ProcessServices["shared"] = {
    clusterState() {
      throw new Error("this test has no cluster");
    },
    once,
    ofConfiguration: once,
    keep: once,
    instances,
    lookup: async () => undefined,
    onFatal: (error) => fatal.push(error),
    isServing: () => true,
    refresh: async () => {},
  };
  const logger = createLogger({ level: "debug", print: (line) => log.push(line.trimEnd()) });
  return { services: { logger, metrics, shared }, log, fatal, metrics };
}

/** Loads server blocks written as text. */
export function load(
  text: string,
  registry: readonly RegistryRow[],
  services = testProcess().services,
): LoadedBlock[] {
  return loadBlocks(parseCorefile(text, { file: "Corefile" }), registry, services);
}

/** Sets one plugin up from the lines of a server block for the root; line 1 of them is line 2 of the Corefile. */
export function setUp(plugin: Plugin, lines: string, process = testProcess()): PluginInstance {
  const [block] = load(`.:53 {\n${lines}\n}`, [{ name: plugin.name, plugin }], process.services);
  const instance = block?.instances[0];
  if (instance === undefined) throw new Error(`'${lines}' names no plugin`);
  return instance;
}

/** "ok", or the message that the lines lead to. */
export function outcome(plugin: Plugin, lines: string): string {
  try {
    setUp(plugin, lines);
    return "ok";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export interface QueryOptions
  extends Partial<Pick<Query, "transport" | "client" | "zone" | "server" | "sizeBytes">> {
  readonly class?: number;
  readonly id?: number;
  readonly opcode?: number;
  readonly checkingDisabled?: boolean;
  readonly authenticData?: boolean;
  readonly edns?: Partial<Edns>;
}

/** A query as a server makes it of `NAME TYPE`, with RD set. */
export function query(text: string, options: QueryOptions = {}): Query {
  const [name = "", type = "A"] = text.split(" ");
  const question = { name, type: typeCode(type) ?? 0, class: options.class ?? RecordClass.IN };
  const edns = { version: 0, udpPayloadBytes: 1232, dnssecOk: false, options: [], ...options.edns };
  const flags = {
    response: false,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    authenticData: options.authenticData ?? false,
    checkingDisabled: options.checkingDisabled ?? false,
  };
  const sections = { questions: [question], answers: [], authorities: [], additionals: [] };
  return {
    message: {
      id: options.id ?? 1,
      opcode: options.opcode ?? Opcode.QUERY,
      rcode: 0,
      flags,
      ...sections,
      ...(options.edns === undefined ? {} : { edns }),
    },
    question,
    client: options.client ?? { family: 4, address: "10.240.0.1", port: 40212 },
    transport: options.transport ?? "udp",
    sizeBytes: options.sizeBytes ?? 30,
    zone: options.zone ?? ".",
    server: options.server ?? "dns://:53",
  };
}

/** The next plugin of a chain: answers with these parts, under the name "backend". */
export function replying(parts: ReplyParts): (query: Query) => Promise<Verdict> {
  return async ({ message }) => ({
    kind: "replied",
    response: replyTo(message, parts),
    plugin: "backend",
  });
}

/** The next plugin of a chain: gives up. */
export function refusing(rcode: number, error?: Error): (query: Query) => Promise<Verdict> {
  return async () => ({
    kind: "refused",
    rcode,
    plugin: "backend",
    ...(error === undefined ? {} : { error }),
  });
}

/** Serves through the instance's handler, which must be there. */
export function serve(
  instance: PluginInstance,
  asked: Query,
  next: (query: Query) => Promise<Verdict> = refusing(5),
): Promise<Verdict> {
  if (instance.handler === undefined) throw new Error(`${instance.name} has no handler`);
  return instance.handler.serve(asked, next);
}
