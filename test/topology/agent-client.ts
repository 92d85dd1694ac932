import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Agent, Started } from "./contract.ts";
import { start } from "./process.ts";

const program = join(import.meta.dirname, "agent/main.ts");

const calls = [
  "serve",
  "attempt",
  "hold",
  "prove",
  "release",
  "startFlow",
  "flow",
  "endFlow",
  "http",
  "answerAstray",
  "dropAccepted",
] as const satisfies readonly (keyof Agent)[];

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Starts an agent behind the words that take it to its place. */
export async function startAgent(
  entering: readonly string[],
  name: string,
): Promise<{ readonly agent: Agent; readonly process: Started }> {
  const { child, ...process_ } = start([...entering, process.execPath, program]);
  const waiting = new Map<number, Waiting>();
  let serial = 0;
  const ready = Promise.withResolvers<void>();
  if (child.stdout === null || child.stdin === null) throw new Error("the agent has no pipes");
  const { stdin } = child;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const reply: { id?: number; value?: unknown; error?: string } = JSON.parse(line);
    if (reply.id === undefined) return ready.resolve();
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.error === undefined) call?.resolve(reply.value);
    else call?.reject(new Error(`agent in ${name}: ${reply.error}`));
  });
  void process_.ended.then((how) => {
    const error = new Error(`the agent in ${name} ended with ${how}:\n${process_.output()}`);
    ready.reject(error);
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  });
  await ready.promise;

  const call = (method: string, request: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!process_.isRunning()) return reject(new Error(`the agent in ${name} has ended`));
      const id = ++serial;
      waiting.set(id, { resolve, reject });
      stdin.write(`${JSON.stringify({ id, method, request })}\n`);
    });
  const methods = calls.map((method) => [method, (request: unknown) => call(method, request)]);
  // The other side implements Agent by the same names; what it sends is its word for it.
  return { agent: Object.fromEntries(methods) as Agent, process: process_ };
}
