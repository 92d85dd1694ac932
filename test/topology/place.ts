import { startAgent } from "./agent-client.ts";
import type { Agent, Place, Started } from "./contract.ts";
import { enter, run, start } from "./process.ts";

export interface OwnedPlace extends Place {
  close(): Promise<void>;
}

/**
 * A new network namespace. It is held by a process that waits for the end of its input, which comes when this process
 * closes it or ends in any other way.
 */
export async function createPlace(name: string, addresses: readonly string[]): Promise<OwnedPlace> {
  // What cat says first, it says from within its namespace.
  const keeper = start(["unshare", "--net", "--", "cat"]);
  const entered = new Promise<boolean>((resolve) => {
    keeper.child.stdout?.once("data", () => resolve(true));
    void keeper.ended.then(() => resolve(false));
  });
  keeper.child.stdin?.write("\n");
  if (!(await entered)) throw new Error(`no namespace for ${name}: ${keeper.output()}`);

  const processes: Started[] = [];
  let agent: Promise<{ readonly agent: Agent; readonly process: Started }> | undefined;
  return {
    name,
    addresses,
    pid: keeper.pid,
    async agent() {
      agent ??= startAgent(enter(keeper.pid), name);
      return (await agent).agent;
    },
    run: (command, args = [], input = "") => run([...enter(keeper.pid), command, ...args], input),
    start(command, args, env) {
      const started = start([...enter(keeper.pid), command, ...args], env);
      processes.push(started);
      return started;
    },
    async close() {
      const started = await agent?.catch(() => undefined);
      const all = started === undefined ? processes : [...processes, started.process];
      await Promise.all(all.map((each) => each.stop()));
      keeper.child.stdin?.end();
      await keeper.ended;
    },
  };
}
