import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { childrenOf, signal } from "./children.ts";
import type { ContainerPlan, RootKind } from "./contract.ts";
import { initScript } from "./init-script.ts";
import type { LogFile, LogStream } from "./log-file.ts";
import { StartError } from "./start-error.ts";

/** A container whose command has been started. */
export interface RunningContainer {
  /** Of its first process, as the node counts. */
  readonly pid: number;
  readonly plan: ContainerPlan;
  /** Exit code of the command; 128 and the signal's number for one that a signal ended. */
  readonly ended: Promise<number>;
  /** Of the command; undefined where it has none. */
  readonly stdin: Writable | undefined;
  /** What it prints from now on. Gives what ends that. */
  listen(listener: OutputListener): () => void;
  /** To the command, which its first process hands it on to; SIGKILL ends all of the container. */
  kill(signal: NodeJS.Signals): void;
}

type OutputListener = (stream: LogStream, chunk: Buffer) => void;

const signalNumbers: Readonly<Record<string, number>> = { SIGKILL: 9, SIGTERM: 15 };

/** Containers as processes in namespaces of their own, made with util-linux. */
export class Runtime {
  readonly rootKind: RootKind;
  readonly #mountPoint: string;
  readonly #scripts: string;
  #count = 0;
  readonly #envHasSignals: boolean;

  /**
   * @param folder of the kubelet
   * @param rootKind what the kernel is able to do; looked for unless given
   * @throws StartError when the machine lacks what containers are made with
   */
  constructor(folder: string, rootKind?: RootKind) {
    this.#mountPoint = join(folder, "root");
    this.#scripts = join(folder, "scripts");
    for (const path of [this.#mountPoint, this.#scripts]) mkdirSync(path, { recursive: true });
    this.rootKind = rootKind ?? probeRoot(this.#mountPoint);
    this.#envHasSignals = succeeds("env", ["--default-signal=INT,QUIT", "true"]);
  }

  /** @throws StartError when the command never ran */
  async start(plan: ContainerPlan, log: LogFile): Promise<RunningContainer> {
    const script = join(this.#scripts, `${this.#count++}.sh`);
    const { rootKind } = this;
    const [mountPoint, envHasSignals] = [this.#mountPoint, this.#envHasSignals];
    writeFileSync(script, initScript(plan, { mountPoint, rootKind, envHasSignals }));
    const { pipe, child } = this.#spawn(plan, script);
    const ended = exitCode(child);
    const listeners = new Set<OutputListener>([(stream, chunk) => log.write(stream, chunk)]);
    for (const stream of ["stdout", "stderr"] as const)
      child[stream]?.on("data", (chunk: Buffer) => {
        for (const listener of listeners) listener(stream, chunk);
      });
    const words: { stderr: string } = { stderr: "" };
    child.stderr?.on("data", (chunk: Buffer) => {
      words.stderr = (words.stderr + chunk).slice(0, 1024);
    });
    const report = await reported(pipe);
    rmSync(script);
    if (report.kind === "failed") {
      await ended;
      const detail = report.isOwnFault ? `: ${words.stderr.trim()}` : "";
      throw new StartError(`${report.message}${detail}`);
    }
    const { pid } = report;
    child.stdin?.on("error", () => {});
    return {
      pid,
      plan,
      ended,
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      stdin: plan.hasStdin ? (child.stdin ?? undefined) : undefined,
      kill(name) {
        // The first process says how its command ended, so that it has to outlive it; what is left then goes with it.
        const children = name === "SIGKILL" ? childrenOf(pid) : [];
        for (const target of children.length > 0 ? children : [pid]) signal(target, name);
      },
    };
  }

  #spawn(plan: ContainerPlan, script: string): { child: ChildProcess; pipe: Readable } {
    const enter = plan.netns === undefined ? [] : [`--net=${plan.netns}`];
    const child = spawn(
      "nsenter",
      [
        ...enter,
        ...["unshare", "--mount", "--propagation=slave", "--uts", "--ipc"],
        ...["--pid", "--fork", "--kill-child=SIGKILL", "sh", script],
      ],
      {
        env: { PATH: toolsPath },
        stdio: [plan.hasStdin ? "pipe" : "ignore", "pipe", "pipe", "pipe"],
        detached: true,
      },
    );
    const [, , , pipe] = child.stdio;
    child.on("error", () => {});
    // It was asked for as a pipe.
    return { child, pipe: pipe as Readable };
  }
}

export const toolsPath = `${process.env.PATH ?? ""}:/usr/sbin:/usr/bin:/sbin:/bin`;

type Report =
  | { readonly kind: "started"; readonly pid: number }
  | { readonly kind: "failed"; readonly message: string; readonly isOwnFault: boolean };

/** What the first process says of the container's making. */
async function reported(pipe: Readable): Promise<Report> {
  let text = "";
  let pid = 0;
  for await (const chunk of pipe) {
    text += chunk;
    pid = Number(/^pid (\d+)$/m.exec(text)?.[1] ?? 0);
    if (/^started$/m.test(text)) {
      pipe.destroy();
      return { kind: "started", pid };
    }
  }
  const [, message] = /^error (.*)$/m.exec(text) ?? [];
  const isOwnFault = message === undefined || message === "the container cannot be made";
  return { kind: "failed", message: message ?? "the container cannot be made", isOwnFault };
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("error", () => resolve(128));
    child.once("close", (code, signal) =>
      resolve(code ?? 128 + (signalNumbers[signal ?? ""] ?? 9)),
    );
  });
}

function probeRoot(mountPoint: string): RootKind {
  const overlay = [
    `mount -t tmpfs lab ${mountPoint}`,
    `cd ${mountPoint}`,
    "mkdir upper work root",
    "mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work overlay root",
    ": >root/probe",
  ].join(" && ");
  if (succeeds("unshare", ["--mount", "sh", "-c", overlay])) return "overlay";
  const plain = ["--mount", "--uts", "--ipc", "--pid", "--fork", "true"];
  if (succeeds("unshare", plain) && succeeds("nsenter", ["--version"])) return "read-only binds";
  throw new StartError(
    "containers are made with unshare and nsenter of util-linux, as root: one of them is missing or the kernel refuses new namespaces",
  );
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore", env: { PATH: toolsPath } });
    return true;
  } catch {
    return false;
  }
}
