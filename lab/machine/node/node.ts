import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "#observe/contract.ts";
import { FairleadError } from "#observe/errors.ts";
import type { LabPlan, NodeState, NodeStatus, NodeVerb, PlaceAddress } from "../contract.ts";
import { filesOf } from "../files.ts";
import { nodeSysctls } from "../network/sysctls.ts";
import type { Place, Underlay } from "../network/underlay.ts";
import { labProgram, programFolder } from "../process/environment.ts";
import { type StartedProcess, startProcess } from "../process/start.ts";
import { kubeletOptions } from "./kubelet-options.ts";
import { nodeMounts } from "./mounts.ts";

export interface NodeOptions {
  readonly plan: LabPlan;
  readonly address: PlaceAddress;
  readonly underlay: Underlay;
  readonly kubeletToken: string;
  readonly logger: Logger;
}

interface Running {
  readonly place: Place;
  readonly process: StartedProcess;
}

/** One node: namespaces whose pid 1 is the kubelet. They end with it, as a machine does that loses its power. */
export class LabNode {
  readonly #options: NodeOptions;
  #running: Running | undefined;
  #portUp = true;

  constructor(options: NodeOptions) {
    this.#options = options;
  }

  get status(): NodeStatus {
    return { ...this.#options.address, state: this.#state };
  }

  get #state(): NodeState {
    if (this.#running === undefined) return "stopped";
    return this.#portUp ? "running" : "partitioned";
  }

  /** @throws FairleadError FL-M005 where the verb does not fit the node's state */
  async act(verb: NodeVerb): Promise<void> {
    const { name } = this.#options.address;
    if (verb === "start") {
      if (this.#running !== undefined) refuse(name, verb, this.#state);
      return this.boot();
    }
    if (this.#running === undefined) refuse(name, verb, this.#state);
    if (verb === "stop") return this.#cutPower(this.#running);
    this.#portUp = verb === "heal";
    this.#running.place.setPort(this.#portUp);
  }

  /** Namespaces, links, private files, and the kubelet. What was in memory when the node was stopped is gone. */
  boot(): void {
    const { plan, address, underlay, kubeletToken, logger } = this.#options;
    const folder = filesOf(plan.folder).node(address.name);
    rmSync(join(folder, "root/run"), { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const optionsFile = join(folder, "kubelet.json");
    writeFileSync(optionsFile, JSON.stringify(kubeletOptions(plan, address, kubeletToken)), {
      mode: 0o600,
    });
    const script = nodeMounts({
      hostname: address.name,
      folder,
      kept: [plan.folder, programFolder, process.execPath],
      words: [...labProgram("lab/kubelet/main.ts"), optionsFile],
    });
    const place = underlay.createPlace(address, nodeSysctls);
    const started = startProcess({
      words: [
        ...["unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--mount-proc"],
        ...["--kill-child=SIGKILL", "sh", "-c", script],
      ],
      logFile: filesOf(plan.folder).log(address.name),
      namespace: place.namespace,
    });
    const running = { place, process: started };
    this.#running = running;
    this.#portUp = true;
    void started.ended.then((end) => {
      place.close();
      if (this.#running !== running) return;
      this.#running = undefined;
      logger.warn({ node: address.name, end }, `${address.name} has stopped`);
    });
  }

  /** Kills the node's pid 1 and not the process that waits for it, so that this one is there to reap it. */
  async #cutPower({ process: { child, ended } }: Running): Promise<void> {
    for (const pid of childrenOf(child.pid)) process.kill(pid, "SIGKILL");
    await ended;
  }
}

function refuse(name: string, verb: NodeVerb, state: NodeState): never {
  throw new FairleadError("FL-M005", `cannot ${verb} ${name}: it is ${state}`);
}

function childrenOf(pid: number | undefined): readonly number[] {
  if (pid === undefined) return [];
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}
