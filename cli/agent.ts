import { join } from "node:path";
import { runAgent } from "#cni/agent/daemon.ts";
import { conflistText } from "#cni/agent/install/conflist.ts";
import { installConfiguration, installPrograms } from "#cni/agent/install/install.ts";
import { FairleadError } from "#observe/errors.ts";
import { createLogger } from "#observe/logger.ts";
import { agentFlags, agentOptions, installOptions, networks } from "./agent-flags.ts";
import type { CommandIo } from "./contract.ts";
import { isTrue } from "./flag-values.ts";
import { type GoFlag, type GoFlagValues, goFlagHelp, parseGoFlags } from "./go-flags.ts";
import { connectionOf, nodeFlags, nodeNameOf } from "./node-flags.ts";

const flags: readonly GoFlag[] = [
  ...nodeFlags,
  ...agentFlags,
  {
    name: "install-only",
    value: "",
    help: "install the plugin, and with -pod-cidr the conflist, and end",
  },
  { name: "pod-cidr", value: "CIDR,...", help: "with -install-only: this node's pods" },
  { name: "help", value: "", help: "this text" },
];

/** The CNI's daemon of a node. Runs until it is told to stop. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const values = parseGoFlags(args, flags);
  if (values.has("help")) {
    io.stdout.write(`Usage: fairlead agent [flags]\n\n${goFlagHelp(flags)}`);
    return 0;
  }
  if (isTrue(values, "install-only", false)) return installOnly(values, io);
  const logger = createLogger({ print: (line) => io.stderr.write(line) });
  await runAgent({
    ...agentOptions(values, nodeNameOf(values, io)),
    connection: connectionOf(values),
    logger,
    stopping: io.stop,
  });
  return 0;
}

function installOnly(values: GoFlagValues, io: CommandIo): number {
  const { binDir, confDir, types, program, confName, leaseDir } = installOptions(values);
  const podCidrs = networks(values, "pod-cidr");
  if (binDir === undefined && confDir === undefined)
    throw new FairleadError("FL-U001", "-install-only needs -cni-bin-dir or -cni-conf-dir");
  if (confDir !== undefined && podCidrs.length === 0)
    throw new FairleadError("FL-U001", "-install-only with -cni-conf-dir needs -pod-cidr");
  if (binDir !== undefined) {
    installPrograms(binDir, types, { path: program });
    io.stdout.write(`${types.map((type) => join(binDir, type)).join("\n")}\n`);
  }
  if (confDir !== undefined) {
    const text = conflistText({ name: "fairlead", podCidrs, mtuBytes: undefined, leaseDir });
    installConfiguration(confDir, confName, text);
    io.stdout.write(`${join(confDir, confName)}\n`);
  }
  return 0;
}
