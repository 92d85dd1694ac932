/** Calls from the benchmark to a program of its own in a network namespace, as messages between processes. */
import { spawn } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { FairleadError } from "#observe/errors.ts";
import { enter } from "#test/topology/process.ts";
import type { Arena } from "./contract.ts";

/** What a program does when it is asked: functions of one argument. */
export type Calls = Readonly<Record<string, (argument: never) => unknown>>;

export interface Program<C extends Calls> {
  readonly pid: number;
  /** @throws FairleadError FL-B001 with what the program said when it fails or ends */
  call<K extends keyof C & string>(
    name: K,
    ...argument: Parameters<C[K]>
  ): Promise<Awaited<ReturnType<C[K]>>>;
  stop(): Promise<void>;
}

interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

const outputLimit = 65_536;

/** As bin/fairlead starts Node: memory is then what the daemon's would be. */
const nodeFlags = ["--max-semi-space-size=8", "--disable-warning=ExperimentalWarning"];

/** Starts a program in the namespace of a process; it ends with the benchmark at the latest. */
export function startProgram<C extends Calls>(namespacePid: number, url: URL): Program<C> {
  const path = fileURLToPath(url);
  const file = basename(path);
  const [command = "", ...words] = [...enter(namespacePid), process.execPath, ...nodeFlags, path];
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-outputLimit);
    });
  const failure = (why: string): FairleadError => new FairleadError("FL-B001", `${file}: ${why}`);
  const ended = new Promise<void>((resolve) => {
    // "close" does not come after disconnect().
    child.once("exit", (status, signal) => {
      for (const { reject } of waiting.values())
        reject(failure(`ended with ${status ?? signal}: ${output.trim().slice(-600)}`));
      waiting.clear();
      resolve();
    });
  });
  child.on("message", ({ id, value, error }: Reply) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(failure(error));
  });
  let serial = 0;
  return {
    pid: child.pid ?? 0,
    call: (name, argument) => {
      const id = ++serial;
      const call = Promise.withResolvers<unknown>();
      waiting.set(id, call);
      child.send({ id, name, argument } satisfies Request, (error) => {
        if (error === null || !waiting.delete(id)) return;
        call.reject(failure(error.message));
      });
      // The program answers with what its function of that name returns.
      return call.promise as ReturnType<Program<C>["call"]>;
    },
    async stop() {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** The same, until the scenario ends. */
export function programUntilEnd<C extends Calls>(
  arena: Arena,
  namespacePid: number,
  url: URL,
): Program<C> {
  const program = startProgram<C>(namespacePid, url);
  arena.defer(() => program.stop());
  return program;
}

/** The program's side: answers until the benchmark goes. */
export function answerCalls(calls: Calls): void {
  process.on("message", async ({ id, name, argument }: Request) => {
    let reply: Reply;
    try {
      // Its type is the function's own: the caller's side has checked it.
      reply = { id, value: await calls[name]?.(argument as never) };
    } catch (error) {
      reply = { id, error: error instanceof Error ? (error.stack ?? error.message) : `${error}` };
    }
    process.send?.(reply);
  });
  process.once("disconnect", () => process.exit(0));
}
