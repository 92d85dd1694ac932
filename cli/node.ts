import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { canonicalAddress } from "#cluster/objects/address.ts";
import { CorefileSource } from "#dns/corefile/source.ts";
import { LastGoodCorefile } from "#dns/server/last-good.ts";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import type { NodeDnsOptions, NodeOptions } from "#node/contract.ts";
import { runNode } from "#node/node.ts";
import type { Logger } from "#observe/contract.ts";
import { FairleadError } from "#observe/errors.ts";
import { createLogger } from "#observe/logger.ts";
import { loadProxyConfig } from "#proxy/config/load.ts";
import { daemonSettings } from "#proxy/daemon/options.ts";
import { prepareProcess } from "#proxy/daemon/process.ts";
import { agentFlags, agentOptions } from "./agent-flags.ts";
import type { CommandIo } from "./contract.ts";
import { type GoFlag, type GoFlagValues, goFlagHelp, parseGoFlags } from "./go-flags.ts";
import { connectionOf, nodeFlags, nodeNameOf } from "./node-flags.ts";
import { ownProxyFlags, ownSettings } from "./proxy-flags.ts";

const componentNames = ["dns", "proxy", "cni"] as const;
type ComponentName = (typeof componentNames)[number];

const flags: readonly GoFlag[] = [
  {
    name: "components",
    value: "NAME,...",
    help: `of ${componentNames.join(", ")} (default all of them)`,
  },
  ...nodeFlags,
  { name: "corefile", value: "FILE", help: "for dns (default ./Corefile)" },
  {
    name: "local-ip",
    value: "ADDRESS,...",
    help: "that pods ask and dns answers here (default cluster-dns: the Service kube-dns); none",
  },
  {
    name: "state-dir",
    value: "DIR",
    help: "keep the last good Corefile here (default $FAIRLEAD_STATE_DIR, else nowhere)",
  },
  { name: "proxy-config", value: "FILE", help: "KubeProxyConfiguration for proxy" },
  ...ownProxyFlags,
  // Named as the proxy's own would be, they say what they are of.
  ...agentFlags.map((flag) =>
    flag.name === "metrics-bind-address" ? { ...flag, name: "cni-metrics-bind-address" } : flag,
  ),
  { name: "help", value: "", help: "this text" },
];

/** DNS, Service proxy and CNI agent of a node in one process. Runs until it is told to stop. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const values = parseGoFlags(args, flags);
  if (values.has("help")) {
    io.stdout.write(`Usage: fairlead node [flags]\n\n${goFlagHelp(flags)}`);
    return 0;
  }
  const components = componentsOf(values);
  const logger = createLogger({ print: (line) => io.stderr.write(line) });
  const nodeName = nodeNameOf(values, io);
  await runNode({
    nodeName,
    connection: connectionOf(values),
    dns: components.has("dns") ? dnsOptions(values, io, logger) : undefined,
    proxy: components.has("proxy") ? proxyOptions(values, nodeName, logger) : undefined,
    cni: components.has("cni") ? agentOptions(agentValues(values), nodeName) : undefined,
    nft: openNftables(),
    logger,
    stopping: io.stop,
  });
  return 0;
}

function componentsOf(values: GoFlagValues): ReadonlySet<ComponentName> {
  const words = values.get("components")?.split(",") ?? componentNames;
  return new Set(
    words.map((word) => {
      const name = componentNames.find((known) => known === word);
      if (name !== undefined) return name;
      const known = componentNames.join(", ");
      throw new FairleadError("FL-U001", `-components ${word} is no component; there are ${known}`);
    }),
  );
}

function dnsOptions(values: GoFlagValues, { env }: CommandIo, logger: Logger): NodeOptions["dns"] {
  const folder = values.get("state-dir") ?? env.FAIRLEAD_STATE_DIR;
  return {
    source: new CorefileSource({
      file: values.get("corefile") ?? "Corefile",
      flag: "-corefile",
      defaultPort: 53,
      environment: env,
    }),
    ...(folder === undefined ? {} : { lastGood: new LastGoodCorefile(folder, logger) }),
    udpTransport: "batched",
    localAddresses: localAddressesOf(values),
  };
}

function localAddressesOf(values: GoFlagValues): NodeDnsOptions["localAddresses"] {
  const text = values.get("local-ip") ?? "cluster-dns";
  if (text === "cluster-dns") return text;
  if (text === "none") return [];
  return text.split(",").map((word) => {
    const address = canonicalAddress(word);
    if (address !== undefined) return address;
    throw new FairleadError(
      "FL-U001",
      `-local-ip ${word} is no IP address, nor cluster-dns or none`,
    );
  });
}

function proxyOptions(
  values: GoFlagValues,
  nodeName: string,
  logger: Logger,
): NodeOptions["proxy"] {
  const given = new Map([["hostname-override", nodeName]]);
  const [config, cidr] = [values.get("proxy-config"), values.get("cluster-cidr")];
  if (config !== undefined) given.set("config", config);
  else if (cidr !== undefined) given.set("cluster-cidr", cidr);
  const text = config === undefined ? "" : readProxyConfig(config);
  const loaded = loadProxyConfig(given, () => text);
  for (const note of loaded.notes) logger.warn({}, note);
  const machine = { hostname: hostname(), hasIpv6: existsSync("/proc/net/if_inet6") };
  const settings = daemonSettings(loaded.config, ownSettings(values), machine);
  prepareProcess(settings, logger);
  return { ...settings, configz: loaded.document };
}

function readProxyConfig(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (thrown) {
    const { message } = thrown as Error; // Node throws nothing else.
    throw new FairleadError("FL-U001", `-proxy-config ${file} cannot be read: ${message}`);
  }
}

/** The agent's flags under its own names. */
function agentValues(values: GoFlagValues): GoFlagValues {
  const address = values.get("cni-metrics-bind-address");
  return address === undefined ? values : new Map([...values, ["metrics-bind-address", address]]);
}
