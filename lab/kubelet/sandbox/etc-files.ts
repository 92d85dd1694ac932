import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Pod } from "../contract.ts";
import type { PodServices } from "../pods/services.ts";
import { utsName } from "./hostname.ts";
import { hostsText } from "./hosts.ts";
import { podResolvConf, resolvConfText } from "./resolv-conf.ts";
import type { MadeSandbox } from "./sandboxes.ts";

/** Folder of a pod's own files of /etc. */
export function etcFolder(pod: Pod, folder: string): string {
  return join(folder, "pods", pod.metadata.uid, "etc");
}

/** Writes resolv.conf, hosts and hostname of a pod, once: its containers share them and may write to them. */
export function writeEtc(pod: Pod, sandbox: MadeSandbox, services: PodServices): void {
  const { dns, folder, prepare } = services;
  const etc = etcFolder(pod, folder);
  if (existsSync(etc)) return;
  mkdirSync(etc, { recursive: true });
  const nodeHosts = pod.spec.hostNetwork ? readFileSync("/etc/hosts", "utf8") : "";
  const files: Readonly<Record<string, string>> = {
    "resolv.conf": resolvConfText(podResolvConf(pod, dns)),
    hosts: hostsText(pod, sandbox.addresses, dns.clusterDomain, nodeHosts),
    hostname: `${utsName(pod, dns.clusterDomain, prepare.nodeName)}\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(etc, name), text);
}
