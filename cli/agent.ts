import { join } from "node:path";
import { runAgent } from "#cni/agent/daemon.ts";
import { conflistText } from "#cni/agent/install/conflist.ts";
import { installConfiguration, installPrograms } from "#cni/agent/install/install.ts";
import { podCidrsOf } from "#cni/agent/install/pod-cidrs.ts";
import { FairleadError } from "#observe/errors.ts";
import { createLogger } from "#observe/logger.ts";
import { agentFlags, agentOptions, installOptions, networks } from "./agent-flags.ts";
import type { CommandIo } from "./contract.ts";
import { isTrue } from "./flag-values.ts";
import { type GoFlag, type GoFlagValues, goFlagHelp, parseGoFlags } from "./go-flags.ts";
import { connectionOf, nodeFlags, nodeNameOf } from "./node-flags.ts";

/** For the pods of a machine that is in no cluster: the first node's of the subnet that most clusters have. */
const withoutCluster = "10.244.0.0/24";

const flags: readonly GoFlag[] = [
  ...nodeFlags,
  ...agentFlags,
  {
    name: "install-only",
    value: "",
    help: "install the plugin and the conflist, and end",
  },
  {
    name: "pod-cidr",
    value: "CIDR,...",
    help: `with -install-only: this node's pods (default its Node's, without a cluster ${withoutCluster})`,
  },
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

async function installOnly(values: GoFlagValues, io: CommandIo): Promise<number> {
  const { binDir, confDir, types, program, confName, leaseDir } = installOptions(values);
  if (binDir === undefined && confDir === undefined)
    throw new FairleadError("FL-U001", "-install-only needs -cni-bin-dir or -cni-conf-dir");
  const podCidrs = confDir === undefined ? [] : await ownPodCidrs(values, io);
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

/** As the command line has them, else as the Node does. */
async function ownPodCidrs(values: GoFlagValues, io: CommandIo): Promise<readonly string[]> {
  const given = networks(values, "pod-cidr");
  if (given.length > 0) return given;
  const connection = connectionOf(values);
  const isInPod = io.env.KUBERNETES_SERVICE_HOST !== undefined;
  if (isInPod || Object.keys(connection).length > 0)
    return podCidrsOf(nodeNameOf(values, io), connection, io.stop);
  io.stderr.write(
    `fairlead agent: no -pod-cidr, and no cluster to ask: pods get addresses of ${withoutCluster}\n`,
  );
  return [withoutCluster];
}
