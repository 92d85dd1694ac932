import { basename } from "node:path";
import type {
  CniCommand,
  CniVersion,
  Host,
  PluginConfiguration,
  PluginIo,
  PluginRequest,
  PluginType,
} from "../contract.ts";
import { CniError } from "../errors.ts";
import { parseCniArgs } from "./cni-args.ts";
import { readConfiguration } from "./configuration.ts";
import { type CniEnvironment, readEnvironment } from "./environment.ts";
import { errorDocument, versionOf } from "./error-document.ts";
import { encodeResult } from "./result/encode.ts";
import { isAtLeast, supportedVersions } from "./version.ts";

/** Loads the type of that name; undefined where this plugin has none. Types are loaded one by one, for the start-up. */
export type TypeLoader = (name: string) => Promise<PluginType | undefined>;

type Call = CniEnvironment & Pick<PluginRequest, "command">;

/** From which version of the configuration on a runtime may give a command. */
const introduced: Readonly<Partial<Record<CniCommand, CniVersion>>> = {
  CHECK: "0.4.0",
  GC: "1.1.0",
  STATUS: "1.1.0",
};

/**
 * One call of the plugin from its environment to what stands on stdout; never throws.
 * @returns the exit status: 0, or 1 with the error as JSON on stdout (specification §5, "Error")
 */
export async function runPlugin(io: PluginIo, host: Host, load: TypeLoader): Promise<0 | 1> {
  let text = "";
  try {
    const environment = readEnvironment(io.env);
    if (environment === undefined) {
      io.writeStderr(aboutText(basename(io.argv0)));
      return 0;
    }
    const { command } = environment;
    if (command === "VERSION") {
      print(io, { cniVersion: supportedVersions.at(-1), supportedVersions });
      return 0;
    }
    text = await io.readStdin();
    const call = { ...environment, command };
    await execute(io, host, load, call, configurationOf(text, call));
    return 0;
  } catch (error) {
    print(io, errorDocument(error, versionOf(text)));
    return 1;
  }
}

/** Without the network's name or a known version a DEL can do nothing, and says so. */
function configurationOf(
  text: string,
  { command, containerId, ifname }: Call,
): PluginConfiguration {
  try {
    return readConfiguration(text, command);
  } catch (error) {
    if (command !== "DEL" || !(error instanceof CniError)) throw error;
    const left = `nothing of container ${containerId} and its ${ifname} was removed`;
    const details = error.details === "" ? left : `${error.details}; ${left}`;
    throw new CniError(error.cniCode, error.message, details, { cause: error });
  }
}

async function execute(
  io: PluginIo,
  host: Host,
  load: TypeLoader,
  environment: Call,
  configuration: PluginConfiguration,
): Promise<void> {
  const request = toRequest(io, host, environment, configuration);
  checkVersion(request);
  checkNetns(request, environment, host);
  const name = basename(io.argv0);
  const type = (await load(name)) ?? (await load(configuration.type));
  if (type === undefined)
    throw new CniError(
      7,
      `type: ${JSON.stringify(configuration.type)} is none of this plugin's types, nor is its own name ${JSON.stringify(name)}`,
    );
  switch (request.command) {
    case "ADD":
      print(io, encodeResult(await type.add(request), configuration.cniVersion));
      return;
    case "DEL":
      return type.del(request);
    case "CHECK":
      return type.check(request);
    case "GC":
      // No list at all is no empty one: a runtime that sends none did not say what is stale.
      return configuration.validAttachments === undefined ? undefined : type.gc(request);
    case "STATUS":
      return type.status(request);
  }
}

function toRequest(
  io: PluginIo,
  host: Host,
  environment: Call,
  configuration: PluginConfiguration,
): PluginRequest {
  const { command, containerId, ifname, netns } = environment;
  return {
    command,
    configuration,
    attachment: { network: configuration.name, containerId, ifname },
    netns,
    netnsIdentity: netns === "" ? undefined : host.netnsIdentity(netns),
    cniArgs: command === "ADD" || command === "CHECK" ? parseCniArgs(environment.args) : new Map(),
    pluginFolders: environment.pluginFolders,
    env: io.env,
  };
}

function checkVersion({ command, configuration }: PluginRequest): void {
  const since = introduced[command];
  if (since === undefined || isAtLeast(configuration.cniVersion, since)) return;
  throw new CniError(
    1,
    `config version does not allow ${command}`,
    `cniVersion: "${configuration.cniVersion}" is older than "${since}", which brought ${command}`,
  );
}

function checkNetns(
  { command, netns, netnsIdentity: identity }: PluginRequest,
  { allowsOwnNetns }: CniEnvironment,
  host: Host,
): void {
  if (netns === "" || allowsOwnNetns) return;
  if (identity !== undefined && identity === host.ownNetnsIdentity())
    throw new CniError(
      8,
      "plugin's netns and netns from CNI_NETNS should not be the same",
      `CNI_NETNS ${netns}; CNI_NETNS_OVERRIDE=1 allows it`,
    );
  if (command === "ADD" && identity === undefined)
    throw new CniError(8, `CNI_NETNS ${JSON.stringify(netns)} leads to no network namespace`);
}

function aboutText(name: string): string {
  return `Fairlead CNI plugin, called as ${name}\nCNI protocol versions supported: ${supportedVersions.join(", ")}\n`;
}

function print(io: PluginIo, document: object): void {
  io.writeStdout(`${JSON.stringify(document)}\n`);
}
