import type { JsonObject } from "#cni/contract.ts";
import type { CniAnswer, CniNode } from "./contract.ts";

/** One plugin of a configuration list; `program` where another than its type's is to do it. */
export interface ListPlugin {
  readonly program?: string;
  readonly config: JsonObject;
}

export interface ListOptions {
  readonly id?: string;
  readonly cniVersion?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Told of every call, before it. */
  readonly onCall?: (command: string, type: string) => void;
}

/** A configuration list for one container, run as libcni does it (specification §3, "Lifecycle & Ordering"). */
export interface PluginList {
  /** @throws Error naming the plugin that failed; those after it are not called */
  add(): Promise<JsonObject>;
  check(): Promise<void>;
  /** From the last to the first. */
  del(): Promise<void>;
}

export function pluginList(
  node: CniNode,
  plugins: readonly ListPlugin[],
  { id = "c1", cniVersion = "1.0.0", env = {}, onCall = () => undefined }: ListOptions = {},
): PluginList {
  /** What ADD gave in the end, which libcni keeps for CHECK and DEL. */
  let kept: JsonObject | undefined;
  const call = async (
    { program, config }: ListPlugin,
    command: string,
    prevResult: JsonObject | undefined,
  ): Promise<JsonObject> => {
    const type = String(config.type);
    onCall(command, type);
    const answer: CniAnswer = await node.cni({
      id,
      command,
      env,
      ...(program !== undefined && { program }),
      config: { ...config, cniVersion, name: "net", ...(prevResult && { prevResult }) },
    });
    if (answer.status === 0) return answer.document;
    throw new Error(`plugin type="${type}" failed (${command.toLowerCase()}): ${answer.stdout}`);
  };
  return {
    async add() {
      let result: JsonObject | undefined;
      for (const plugin of plugins) result = await call(plugin, "ADD", result);
      kept = result;
      return result ?? {};
    },
    async check() {
      for (const plugin of plugins) await call(plugin, "CHECK", kept);
    },
    async del() {
      for (const plugin of plugins.toReversed()) await call(plugin, "DEL", kept);
    },
  };
}
