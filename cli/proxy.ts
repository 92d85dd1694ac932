import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
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
import { type GoFlag, goFlagHelp, parseGoFlags } from "./go-flags.ts";
import { ownProxyFlags, ownSettings } from "./proxy-flags.ts";

const flags: readonly GoFlag[] = [...proxyFlags, ...ownProxyFlags];

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
