import { loadKubeConfig } from "#inspect/cluster-access.ts";
import { isWell, statusJson, statusText } from "#inspect/status/report.ts";
import { waitForStatus } from "#inspect/status/wait.ts";
import { accessFlags, accessOf } from "./access-flags.ts";
import type { CommandIo } from "./contract.ts";
import { durationMs, formatOf, isTrue } from "./flag-values.ts";
import { type GoFlag, goFlagHelp, parseGoFlags } from "./go-flags.ts";
import { isPainted } from "./painted.ts";

const flags: readonly GoFlag[] = [
  { name: "wait", value: "", help: "until all is well" },
  { name: "wait-duration", value: "DURATION", help: "at most (default 5m)" },
  { name: "o", value: "FORMAT", help: "text (default) or json" },
  ...accessFlags,
  { name: "help", value: "", help: "this text" },
];

/** Status 0 when all is well, 1 when something is not, 2 for flags at fault. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const values = parseGoFlags(args, flags);
  if (values.has("help")) {
    io.stdout.write(
      `Usage: fairlead status [flags]\n\nWhether nodes, agents and DNS of a cluster are well.\n\n${goFlagHelp(flags)}`,
    );
    return 0;
  }
  const isJson = formatOf(values) === "json";
  const timeoutMs = isTrue(values, "wait", false)
    ? durationMs(values, "wait-duration", 300_000)
    : 0;
  const items = await waitForStatus(await loadKubeConfig(accessOf(values)), {
    timeoutMs,
    progress: (text) => io.stderr.write(`${text}\n`),
    stopping: io.stop,
  });
  io.stdout.write(isJson ? statusJson(items) : statusText(items, isPainted(io)));
  return isWell(items) ? 0 : 1;
}
