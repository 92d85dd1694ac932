import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { versionOf } from "../child.ts";
import { nodeName } from "./data/mix.ts";
import { fairlead as ownName } from "./words.ts";

/** A Service proxy as a program. */
export interface ProxyContestant {
  readonly name: string;
  /** Undefined when it is not installed. */
  version(): Promise<string | undefined>;
  /** What starts it over an API server, as the benchmark's node. */
  command(apiUrl: string): readonly string[];
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const carried = path("../rivals/bin/kube-proxy");
const kubeProxyProgram = existsSync(carried) ? carried : "kube-proxy";

/** Flags that both know. */
function flags(apiUrl: string): readonly string[] {
  return [
    ...["--master", apiUrl, "--hostname-override", nodeName, "--cluster-cidr", "10.244.0.0/16"],
    // The size of the machine's table is not a namespace's to set.
    ...["--conntrack-max-per-core", "0"],
  ];
}

export const fairlead: ProxyContestant = {
  name: ownName,
  version: () => versionOf("git", ["rev-parse", "--short", "HEAD"], /(\w+)/),
  command: (apiUrl) => [path("../../bin/fairlead"), "proxy", ...flags(apiUrl)],
};

export const kubeProxy: ProxyContestant = {
  name: "kube-proxy",
  version: () => versionOf(kubeProxyProgram, ["--version"], /v(\S+)/),
  command: (apiUrl) => [kubeProxyProgram, "--proxy-mode", "nftables", ...flags(apiUrl)],
};
