/**
 * Every plugin that CoreDNS has, in the order in which queries pass them (its plugin.cfg): the order in a Corefile
 * means nothing. A row without a plugin is a name that is known and not supported yet.
 */
import type { RegistryRow } from "../contract.ts";
import { plugin as bind } from "./bind/setup.ts";
import { plugin as cache } from "./cache/setup.ts";
import { plugin as errors } from "./errors/setup.ts";
import { plugin as forward } from "./forward/setup.ts";
import { plugin as health } from "./health/setup.ts";
import { plugin as hosts } from "./hosts/setup.ts";
import { plugin as kubernetes } from "./kubernetes/setup.ts";
import { plugin as loadbalance } from "./loadbalance/setup.ts";
import { plugin as log } from "./log/setup.ts";
import { plugin as loop } from "./loop/setup.ts";
import { plugin as multisocket } from "./multisocket/setup.ts";
import { plugin as prometheus } from "./prometheus/setup.ts";
import { plugin as ready } from "./ready/setup.ts";
import { plugin as reload } from "./reload/setup.ts";
import { plugin as rewrite } from "./rewrite/setup.ts";
import { plugin as template } from "./template/setup.ts";
import { plugin as whoami } from "./whoami/setup.ts";

export const registry: readonly RegistryRow[] = [
  { name: "root" },
  { name: "metadata" },
  { name: "geoip" },
  { name: "cancel" },
  { name: "proxyproto" },
  { name: "quic" },
  { name: "grpc_server" },
  { name: "https" },
  { name: "https3" },
  { name: "timeouts" },
  { name: "multisocket", plugin: multisocket },
  { name: "reload", plugin: reload },
  { name: "nsid" },
  { name: "bufsize" },
  { name: "bind", plugin: bind },
  { name: "debug" },
  { name: "trace" },
  { name: "ready", plugin: ready },
  { name: "health", plugin: health },
  { name: "pprof" },
  { name: "shed" },
  { name: "prometheus", plugin: prometheus },
  { name: "errors", plugin: errors },
  { name: "log", plugin: log },
  { name: "dnstap" },
  { name: "local" },
  { name: "dns64" },
  { name: "any" },
  { name: "chaos" },
  { name: "loadbalance", plugin: loadbalance },
  { name: "tsig" },
  { name: "rewrite", plugin: rewrite },
  { name: "autopath" },
  { name: "acl" },
  { name: "cache", plugin: cache },
  { name: "header" },
  { name: "dnssec" },
  { name: "tls" },
  { name: "minimal" },
  { name: "template", plugin: template },
  { name: "transfer" },
  { name: "hosts", plugin: hosts },
  { name: "route53" },
  { name: "azure" },
  { name: "clouddns" },
  { name: "k8s_external" },
  { name: "kubernetes", plugin: kubernetes },
  { name: "file" },
  { name: "auto" },
  { name: "secondary" },
  { name: "etcd" },
  { name: "loop", plugin: loop },
  { name: "forward", plugin: forward },
  { name: "grpc" },
  { name: "erratic" },
  { name: "whoami", plugin: whoami },
  { name: "on" },
  { name: "sign" },
  { name: "view" },
  { name: "nomad" },
];
