import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { loadCpu, serverCpu } from "../arena.ts";
import { type PinnedChild, startPinned } from "../child.ts";
import type { ScenarioContext } from "../contract.ts";
import { fetchText } from "../measure/http.ts";
import type { RelistServerOptions } from "./relist-server.ts";

const program = fileURLToPath(new URL("relist-server.ts", import.meta.url));
/** Time for the ends of the watches to leave. */
const flushMs = 100;
/** Longer than a reflector's first pause after a 410: 0.8 s, and up to as long again. */
const pauseMs = 1_700;

/** An API server that can make its clients list everything again, all kinds at one moment. */
export interface RelistProcess {
  readonly kubeconfig: string;
  /** Ends all watches, and takes in no request until release(): by then every list has been asked for. */
  expireAndHold(): Promise<void>;
  release(): void;
}

interface RelistData extends Pick<RelistServerOptions, "model" | "slicesPerService"> {
  /** Everything else on its CPU goes first: where the load spins on the other, it shares the server's. */
  readonly behindOthers: boolean;
}

/** Starts it on either CPU. */
export async function startRelistProcess(
  context: ScenarioContext,
  { behindOthers, ...data }: RelistData,
): Promise<RelistProcess> {
  const { arena, signal } = context;
  const directory = await arena.directory();
  const controlPort = arena.nextPort();
  const kubeconfig = join(directory, "kubeconfig");
  const options: RelistServerOptions = { ...data, port: arena.nextPort(), controlPort, kubeconfig };
  const file = join(directory, "relist-server.json");
  await writeFile(file, JSON.stringify(options));
  const args = ["-n", behindOthers ? "19" : "0", process.execPath, program, file];
  const child: PinnedChild = await startPinned("nice", args, { cpu: [serverCpu, loadCpu] });
  arena.defer(child.stop);
  const release = (): void => void process.kill(child.pid, "SIGCONT");
  while ((await fetchText(controlPort, "/")).status !== 200) {
    signal.throwIfAborted();
    await sleep(50);
  }
  return {
    kubeconfig,
    expireAndHold: async () => {
      await fetchText(controlPort, "/expire");
      await sleep(flushMs);
      process.kill(child.pid, "SIGSTOP");
      await sleep(pauseMs);
    },
    release,
  };
}
