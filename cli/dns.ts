import { writeFile } from "node:fs/promises";
import { CorefileSource } from "#dns/corefile/source.ts";
import { registry } from "#dns/plugins/registry.ts";
import { startDnsDaemon } from "#dns/server/daemon.ts";
import { LastGoodCorefile } from "#dns/server/last-good.ts";
import type { UdpTransport } from "#dns/server/listeners.ts";
import type { ThreadPriority } from "#linux/thread.ts";
import { aborted } from "#observe/aborted.ts";
import { FairleadError } from "#observe/errors.ts";
import { createLogger } from "#observe/logger.ts";
import { build } from "#observe/version.ts";
import type { CommandIo } from "./contract.ts";
import { check } from "./dns-check.ts";
import { readPort } from "./dns-port.ts";
import { type GoFlag, type GoFlagValues, goFlagHelp, parseGoFlags } from "./go-flags.ts";

/** CoreDNS's flags, and some of Fairlead's own. */
const flags: readonly GoFlag[] = [
  {
    name: "conf",
    value: "FILE",
    help: "Corefile to load (default: ./Corefile, else '. { whoami log }')",
  },
  { name: "dns.port", value: "PORT", help: "port where a server block names none (default 53)" },
  {
    name: "dns.priority",
    value: "PRIORITY",
    help: "of the threads that answer: normal, nice, fifo (default normal)",
  },
  { name: "pidfile", value: "FILE", help: "write the process ID here" },
  { name: "plugins", value: "", help: "list the plugins in the order queries pass them and end" },
  {
    name: "state-dir",
    value: "DIR",
    help: "keep the last good configuration here (default $FAIRLEAD_STATE_DIR, else nowhere)",
  },
  { name: "quiet", value: "", help: "print nothing at start" },
  { name: "version", value: "", help: "print the version and end" },
  { name: "help", value: "", help: "print this" },
];

const BUILT_IN_COREFILE = ".:53 {\n  whoami\n  log\n}\n";

/** The cluster DNS server. Runs until it is told to stop; FAIRLEAD_DNS_TRANSPORT=dgram uses node:dgram for UDP. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  if (args[0] === "check") return check(args.slice(1), io);
  const values = parseGoFlags(args, flags);
  if (values.has("help")) {
    io.stdout.write(
      `Usage: fairlead dns [flags]\n       fairlead dns check [-dns.port PORT] FILE\n\n${goFlagHelp(flags)}`,
    );
    return 0;
  }
  if (values.has("version")) {
    io.stdout.write(`fairlead ${build.version}, node ${process.versions.node}\n`);
    return 0;
  }
  if (values.has("plugins")) {
    for (const { name, plugin } of registry) if (plugin !== undefined) io.stdout.write(`${name}\n`);
    return 0;
  }
  const logger = createLogger();
  const failed = new AbortController();
  const stateFolder = values.get("state-dir") ?? io.env.FAIRLEAD_STATE_DIR;
  const daemon = await startDnsDaemon({
    source: corefileSource(values, io),
    ...(stateFolder === undefined ? {} : { lastGood: new LastGoodCorefile(stateFolder, logger) }),
    logger,
    udpTransport: readTransport(io),
    ...readPriority(values),
    stopping: io.stop,
    onFailure: (error) => failed.abort(error),
  });
  io.onReload?.(() => void daemon.reload());
  const pidFile = values.get("pidfile");
  if (pidFile !== undefined) await writeFile(pidFile, `${process.pid}\n`);
  if (!values.has("quiet")) {
    for (const { server: label, udp } of daemon.listeners)
      io.stdout.write(`${label} on ${udp.address} port ${udp.port}\n`);
    io.stdout.write(`Fairlead ${build.version}\n`);
  }
  await aborted(AbortSignal.any([io.stop, failed.signal]));
  if (failed.signal.aborted) throw failed.signal.reason;
  logger.info({}, "stopping: answering what is in hand");
  await daemon.stop();
  return 0;
}

function corefileSource(values: GoFlagValues, { env }: CommandIo): CorefileSource {
  const asked = values.get("conf");
  return new CorefileSource({
    file: asked ?? "Corefile",
    ...(asked === undefined ? { fallback: BUILT_IN_COREFILE } : {}),
    defaultPort: readPort(values),
    environment: env,
  });
}

function readTransport({ env }: CommandIo): UdpTransport {
  const text = env.FAIRLEAD_DNS_TRANSPORT ?? "batched";
  if (text === "batched" || text === "dgram") return text;
  throw new FairleadError(
    "FL-U001",
    `FAIRLEAD_DNS_TRANSPORT=${text} is no transport; there are batched and dgram`,
  );
}

const priorities: Readonly<Record<string, { readonly workerPriority?: ThreadPriority }>> = {
  normal: {},
  nice: { workerPriority: { kind: "nice", nice: -20 } },
  fifo: { workerPriority: { kind: "fifo", priority: 1 } },
};

function readPriority(values: GoFlagValues): { readonly workerPriority?: ThreadPriority } {
  const text = values.get("dns.priority") ?? "normal";
  const priority = Object.hasOwn(priorities, text) ? priorities[text] : undefined;
  if (priority !== undefined) return priority;
  throw new FairleadError(
    "FL-U001",
    `-dns.priority ${text} is unknown; there are ${Object.keys(priorities).join(", ")}`,
  );
}
