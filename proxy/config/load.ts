/** kube-proxy's command line and configuration file, as the proxy takes them. */
import { stringify } from "yaml";
import type { LoadedConfig, ProxyAction } from "./contract.ts";
import { deriveConfig } from "./derive.ts";
import { ProxyConfigError } from "./errors.ts";
import { readConfigFile } from "./file.ts";
import { applyFlags } from "./flags.ts";
import { Values } from "./values.ts";

/**
 * @param flags the values given for proxyFlags
 * @param readFile text of the file named by --config
 * @throws ProxyConfigError (FL-P001) for whatever cannot be used, naming flag, or file, line and field
 */
export function loadProxyConfig(
  flags: ReadonlyMap<string, string>,
  readFile: (path: string) => string,
): LoadedConfig {
  const values = new Values();
  const file = flags.get("config") ?? "";
  if (file !== "") readConfigFile(file, textOf(file, readFile), values);
  const ignored = applyFlags(flags, file !== "", values);
  const config = deriveConfig(values, flags.get("master") || undefined);
  return {
    action: actionOf(flags),
    config,
    document: values.document(),
    notes: [...modeNotes(values), ...ignored, ...values.notes()],
  };
}

/** The text that --write-config-to writes. */
export function configText({ document }: Pick<LoadedConfig, "document">): string {
  return stringify(document);
}

function textOf(file: string, readFile: (path: string) => string): string {
  try {
    return readFile(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ProxyConfigError("--config", reason, { cause });
  }
}

function modeNotes(values: Values): readonly string[] {
  const mode = values.get("mode");
  if (mode === "" || mode === "nftables") return [];
  const where = values.where("mode");
  const nodePorts = values.isGiven("nodePortAddresses")
    ? ""
    : "; NodePorts answer on the node's primary addresses, on all with nodePortAddresses [all]";
  return [`${where}: ${mode} is taken for Fairlead's own nftables datapath${nodePorts}`];
}

function actionOf(flags: ReadonlyMap<string, string>): ProxyAction {
  const isSet = (name: string) =>
    !["0", "f", "false", undefined].includes(flags.get(name)?.toLowerCase());
  const file = flags.get("write-config-to") ?? "";
  if (file !== "") return { kind: "write-config", file };
  if (isSet("cleanup")) return { kind: "cleanup" };
  return isSet("init-only") ? { kind: "init-only" } : { kind: "run" };
}
