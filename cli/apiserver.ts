import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { runApiServer, type TlsOptions } from "#lab/apiserver/run.ts";
import { defaultServiceClusterIpRanges } from "#lab/apiserver/server.ts";
import { FairleadError } from "#observe/errors.ts";
import { createLogger } from "#observe/logger.ts";
import {
  addClusterFlags,
  type ClusterFlags,
  clusterOptions,
  list,
} from "./apiserver-cluster-flags.ts";
import type { CommandIo } from "./contract.ts";

interface Flags extends ClusterFlags {
  readonly listen: { readonly host: string; readonly port: number };
  readonly insecureHttp?: true;
  readonly manifests?: string;
  readonly certDir?: string;
  readonly writeKubeconfig?: string;
  readonly writeServiceAccount?: string;
  readonly serviceClusterIpRange: readonly string[];
  readonly storeFile?: string;
}

const defaultAddress = "127.0.0.1:8001";

/** `fairlead apiserver`: an API server for one machine. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const program = define(io);
  try {
    program.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  const flags = program.opts<Flags>();
  const cluster = clusterOptions(flags);
  await runApiServer(
    {
      address: flags.listen,
      serviceClusterIpRanges: flags.serviceClusterIpRange,
      ...(flags.manifests === undefined ? {} : { manifests: flags.manifests }),
      ...(flags.writeKubeconfig === undefined ? {} : { kubeconfig: flags.writeKubeconfig }),
      ...(flags.storeFile === undefined ? {} : { storeFile: flags.storeFile }),
      ...(cluster === undefined ? {} : { cluster }),
      tls: tlsOptions(flags),
    },
    (line) => io.stdout.write(`${line}\n`),
    io.stop,
    createLogger({ print: (line) => io.stderr.write(line) }),
  );
  return 0;
}

/** @throws FairleadError FL-U001 for flags that only TLS has a use for */
function tlsOptions({ insecureHttp, certDir, writeServiceAccount }: Flags): TlsOptions | undefined {
  if (insecureHttp !== true)
    return {
      ...(certDir === undefined ? {} : { certificates: certDir }),
      ...(writeServiceAccount === undefined ? {} : { serviceAccount: writeServiceAccount }),
    };
  if (certDir === undefined && writeServiceAccount === undefined) return undefined;
  throw new FairleadError(
    "FL-U001",
    "--cert-dir and --write-service-account are for TLS: leave --insecure-http out",
  );
}

function define(io: CommandIo): Command {
  const program = new Command("fairlead apiserver")
    .description("An API server for one machine, with real list and watch semantics.")
    .addOption(
      new Option("--listen <address:port>", "where to listen; port 0 takes a free one")
        .argParser(address)
        .default(address(defaultAddress), defaultAddress),
    )
    .option("--insecure-http", "serve plain HTTP, without authentication, in place of TLS")
    .option("--cert-dir <dir>", "keep the certificate authority here over restarts")
    .option("--store-file <file>", "keep the objects here over restarts, also sudden ones")
    .option("--manifests <dir>", "apply the YAML and JSON files of this directory at start")
    .option("--write-kubeconfig <file>", "write a kubeconfig for this server, with its credentials")
    .option("--write-service-account <dir>", "write token, ca.crt and namespace as a pod has them")
    .addOption(
      new Option(
        "--service-cluster-ip-range <cidrs>",
        "ClusterIPs are taken from here; a CIDR of each family",
      )
        .argParser(list)
        .default(defaultServiceClusterIpRanges, defaultServiceClusterIpRanges.join(",")),
    );
  return addClusterFlags(program)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
}

function address(text: string): Flags["listen"] {
  const found = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(found?.[3]);
  if (found === null || port > 65_535)
    throw new InvalidArgumentError("give ADDRESS:PORT, e.g. 127.0.0.1:8001");
  return { host: found[1] ?? (found[2] || "0.0.0.0"), port };
}
