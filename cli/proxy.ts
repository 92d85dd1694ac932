import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import { FairleadError } from "#observe/errors.ts";
import { createLogger } from "#observe/logger.ts";
import { build } from "#observe/version.ts";
import type { LoadedConfig } from "#proxy/config/contract.ts";
import { proxyFlags } from "#proxy/config/flags.ts";
import { configText, loadProxyConfig } from "#proxy/config/load.ts";
import { runProxyDaemon } from "#proxy/daemon/daemon.ts";
import { daemonSettings, type OwnSettings } from "#proxy/daemon/options.ts";
import { prepareProcess } from "#proxy/daemon/process.ts";
import { removeTables } from "#proxy/sync/cleanup.ts";
import type { CommandIo } from "./contract.ts";
import { type GoFlag, type GoFlagValues, goFlagHelp, parseGoFlags } from "./go-flags.ts";

/** Beside kube-proxy's. */
const ownFlags: readonly GoFlag[] = [
  {
    name: "audit-period",
    value: "SECONDS",
    help: "between comparisons of the kernel with what it should hold (default 300), 0 for none",
  },
  {
    name: "endpoint-counters",
    value: "",
    help: "count connections of each endpoint too, at 16 bytes a CPU",
  },
  {
    name: "connection-series",
    value: "N",
    help: "ServicePorts with a series of their own in /metrics (default 100), 0 for none",
  },
  {
    name: "refusal-report-period",
    value: "SECONDS",
    help: "between Events about refused connections to one Service (default 300)",
  },
];

const flags: readonly GoFlag[] = [...proxyFlags, ...ownFlags];

/** The Service proxy, with kube-proxy's configuration file and flags. Runs until it is told to stop. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const values = parseGoFlags(args, flags);
  if (values.has("help")) {
    io.stdout.write(`Usage: fairlead proxy [flags]\n\n${goFlagHelp(flags)}`);
    return 0;
  }
  if (values.has("version")) {
    io.stdout.write(`fairlead ${build.version}, node ${process.versions.node}\n`);
    return 0;
  }
  const loaded = loadProxyConfig(values, (path) => readFileSync(path, "utf8"));
  const { action } = loaded;
  switch (action.kind) {
    case "write-config":
      await writeFile(action.file, configText(loaded));
      return 0;
    case "cleanup":
      return cleanUp(io);
    case "init-only":
    case "run":
      return serve(loaded, ownSettings(values), io);
  }
}

async function serve(loaded: LoadedConfig, own: OwnSettings, io: CommandIo): Promise<number> {
  const logger = createLogger({ print: (line) => io.stderr.write(line) });
  for (const note of loaded.notes) logger.warn({}, note);
  const machine = { hostname: hostname(), hasIpv6: existsSync("/proc/net/if_inet6") };
  const settings = daemonSettings(loaded.config, own, machine);
  prepareProcess(settings, logger);
  if (loaded.action.kind === "init-only") return 0;
  const nft = openNftables();
  await runProxyDaemon({
    ...settings,
    configz: loaded.document,
    nft,
    logger,
    stopping: io.stop,
  });
  return 0;
}

async function cleanUp(io: CommandIo): Promise<number> {
  const nft = openNftables();
  try {
    const removed = await removeTables(nft);
    io.stdout.write(
      removed.length === 0 ? "nothing to remove\n" : `removed ${removed.join(", ")}\n`,
    );
    return 0;
  } finally {
    await nft.close();
  }
}

function ownSettings(values: GoFlagValues): OwnSettings {
  const counters = values.get("endpoint-counters");
  return {
    auditPeriodMs: 1000 * wholeNumber(values, "audit-period", 300),
    endpointCounters: counters !== undefined && counters !== "false",
    connectionSeries: wholeNumber(values, "connection-series", 100),
    refusalReportPeriodMs: 1000 * Math.max(1, wholeNumber(values, "refusal-report-period", 300)),
  };
}

function wholeNumber(values: GoFlagValues, name: string, otherwise: number): number {
  const text = values.get(name);
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new FairleadError("FL-U001", `--${name} ${text} is no whole number from 0 up`);
}
