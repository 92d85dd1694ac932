/** What the pods of `fairlead test connectivity` run. */
import { serve } from "#inspect/connectivity/prober/serve.ts";
import { runSession } from "#inspect/connectivity/prober/session.ts";
import { aborted } from "#observe/aborted.ts";
import { FairleadError } from "#observe/errors.ts";
import type { CommandIo } from "./contract.ts";
import { type GoFlag, parseGoFlags, wholeNumber } from "./go-flags.ts";

const flags: readonly GoFlag[] = [
  { name: "port", value: "PORT", help: "of the servers (default 8080)" },
];

export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [what, ...rest] = args;
  const values = parseGoFlags(rest, flags);
  const { POD_NAME: pod = "", NODE_NAME: node = "" } = io.env;
  switch (what) {
    case "serve":
      await serve({
        port: wholeNumber(values, "port", { otherwise: 8080, least: 1, most: 65_535 }),
        pod,
        node,
        stopping: io.stop,
      });
      return 0;
    case "attempt":
      await runSession(process.stdin, (line) => io.stdout.write(line));
      return 0;
    case "wait":
      await waiting(io.stop);
      return 0;
    default:
      throw new FairleadError("FL-U001", `there is no prober '${what}': serve, attempt, wait`);
  }
}

async function waiting(stop: AbortSignal): Promise<void> {
  // Waiting for a signal alone does not keep a process.
  const awake = setInterval(() => undefined, 60_000);
  await aborted(stop);
  clearInterval(awake);
}
