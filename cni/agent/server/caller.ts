import { basename } from "node:path";
import type { Host, NetworkSource } from "../../contract.ts";
import { runPlugin } from "../../plugin/run.ts";
import { typeLoader } from "../../types/registry.ts";
import type { CallReport, RelayedAnswer, RelayedCall } from "./contract.ts";
import { type KernelTimes, timedNetwork } from "./timed-network.ts";

export interface CallerOptions {
  readonly host: Host;
  readonly network: NetworkSource;
  /** Why no container could be added now; undefined when one could. STATUS is answered with it. */
  notReady?(): string | undefined;
  onCall?(report: CallReport): void;
}

/** Runs calls of the plugin in this process; those of one container one after another, as the specification has it. */
export class Caller {
  readonly #options: CallerOptions;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** A runtime that gave an ADD up may send DEL while that is under way: it waits for it. */
  call(call: RelayedCall): Promise<RelayedAnswer> {
    const id = call.env.CNI_CONTAINERID ?? "";
    if (id === "") return this.#run(call);
    const before = this.#last.get(id) ?? Promise.resolve();
    const answer = before.then(() => this.#run(call));
    const settled = answer.catch(() => undefined);
    this.#last.set(id, settled);
    void settled.then(() => {
      if (this.#last.get(id) === settled) this.#last.delete(id);
    });
    return answer;
  }

  async #run({ name, stdin, env }: RelayedCall): Promise<RelayedAnswer> {
    const { host, network, notReady, onCall } = this.#options;
    const command = env.CNI_COMMAND ?? "";
    const why = command === "STATUS" ? notReady?.() : undefined;
    if (why !== undefined) {
      const document = { cniVersion: "1.1.0", code: 50, msg: why };
      return { status: 1, stdout: `${JSON.stringify(document)}\n`, stderr: "" };
    }
    const times: KernelTimes = { linksMs: 0, rulesMs: 0, eitherMs: 0 };
    const startedMs = performance.now();
    let stdout = "";
    let stderr = "";
    const io = {
      env,
      argv0: name,
      readStdin: async () => stdin,
      writeStdout(text: string) {
        stdout += text;
      },
      writeStderr(text: string) {
        stderr += text;
      },
    };
    const session = network.session();
    const load = typeLoader(host, async () => timedNetwork(session, times));
    const status = await runPlugin(io, host, load).finally(() => session.end());
    const totalMs = performance.now() - startedMs;
    onCall?.({
      command,
      type: basename(name),
      isSuccess: status === 0,
      durationMs: totalMs,
      phasesMs: command === "ADD" ? phases(times, totalMs) : undefined,
    });
    return { status, stdout, stderr };
  }
}

/** Links and rules are made beside one another; what is neither is leasing the addresses, but for microseconds. */
function phases({ linksMs, rulesMs, eitherMs }: KernelTimes, totalMs: number) {
  const addressesMs = Math.max(0, totalMs - eitherMs);
  return { links: linksMs, rules: rulesMs, addresses: addressesMs, total: totalMs };
}
