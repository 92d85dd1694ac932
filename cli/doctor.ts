import { examine } from "#inspect/doctor/doctor.ts";
import { coloured, isWell, reportJson, reportText } from "#inspect/doctor/report.ts";
import type { CommandIo } from "./contract.ts";
import { durationMs, formatOf, isTrue } from "./flag-values.ts";
import { type GoFlag, goFlagHelp, parseGoFlags } from "./go-flags.ts";
import { isPainted } from "./painted.ts";
import { wrapText } from "./wrap.ts";

const flags: readonly GoFlag[] = [
  { name: "fix", value: "", help: "mend what is certain; nothing of a live container" },
  { name: "o", value: "FORMAT", help: "text (default) or json" },
  {
    name: "lease-dir",
    value: "DIR",
    repeats: true,
    help: "in place of /run/fairlead/ipam and /var/lib/cni/networks",
  },
  {
    name: "cni-conf-dir",
    value: "DIR",
    help: "may name more lease folders (default /etc/cni/net.d)",
  },
  {
    name: "runtime-cache",
    value: "DIR",
    help: "what the runtime keeps (default /var/lib/cni/results)",
  },
  {
    name: "pending-dir",
    value: "DIR",
    help: "DELs that wait (default /var/lib/fairlead/cni/pending)",
  },
  { name: "settle", value: "DURATION", help: "from one look to the next (default 2s)" },
  { name: "grace", value: "DURATION", help: "from lease to link, for an ADD (default 60s)" },
  { name: "help", value: "", help: "this text" },
];

const COLUMNS = 80;

/** Status 0 when nothing is wrong or all was mended, 1 when something is, 2 for flags at fault. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const values = parseGoFlags(args, flags);
  if (values.has("help")) {
    io.stdout.write(
      `Usage: fairlead doctor [flags]\n\nWhat is left or amiss of pods' networks on this node.\n\n${goFlagHelp(flags)}`,
    );
    return 0;
  }
  const isJson = formatOf(values) === "json";
  const report = await examine({
    leaseDirs: (values.get("lease-dir") ?? "/run/fairlead/ipam,/var/lib/cni/networks").split(","),
    confDir: values.get("cni-conf-dir") ?? "/etc/cni/net.d",
    runtimeCacheDir: values.get("runtime-cache") ?? "/var/lib/cni/results",
    pendingDir: values.get("pending-dir") ?? "/var/lib/fairlead/cni/pending",
    settleMs: durationMs(values, "settle", 2000),
    graceMs: durationMs(values, "grace", 60_000),
    fix: isTrue(values, "fix", false),
  });
  if (isJson) io.stdout.write(reportJson(report));
  else {
    const text = wrapText(reportText(report), COLUMNS);
    io.stdout.write(isPainted(io) ? coloured(text) : text);
  }
  return isWell(report) ? 0 : 1;
}
