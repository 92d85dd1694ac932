/**
 * Every field of KubeProxyConfiguration, kubeproxy.config.k8s.io/v1alpha1, with kube-proxy's default, by its path.
 * Source: Kubernetes documentation, kube-proxy Configuration (v1alpha1); fields of older releases at the end.
 */
import {
  anyType,
  booleanType,
  countType,
  durationType,
  type FieldType,
  gatesType,
  integerType,
  numberType,
  textsType,
  textType,
  wordType,
} from "./field-types.ts";

export interface Field<T> {
  readonly type: FieldType<T>;
  readonly initial: T;
  /** The empty value of its type (0, "", 0s) counts as absent. */
  readonly emptyIsAbsent: boolean;
  /** Why it has no effect here, for those that have none. */
  readonly unused?: string;
  /** Only files for older releases of kube-proxy have it. */
  readonly isOld?: true;
}

/** A field whose empty value means its default. */
function plain<T>(type: FieldType<T>, initial: T): Field<T> {
  return { type, initial, emptyIsAbsent: true };
}

/** A field whose empty value is one like any other: only null is absent. */
function exact<T>(type: FieldType<T>, initial: T): Field<T> {
  return { type, initial, emptyIsAbsent: false };
}

function unused<T>(why: string, field: Field<T>): Field<T> {
  return { ...field, unused: why };
}

function old<T>(field: Field<T>): Field<T> {
  return { ...unused("kube-proxy itself has given it up", field), isOld: true };
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const noMark = "packets are not marked";
const noIpvs = "there is no IPVS here";
const noWindows = "this is for Windows";
const noPacing = "an API server is asked for lists and watches alone, as often as they end";
const json = "the API server is spoken to in JSON";

export const fields = {
  featureGates: unused("kube-proxy's gates change nothing here", plain(gatesType, {})),
  "clientConnection.kubeconfig": plain(textType, ""),
  "clientConnection.acceptContentTypes": unused(json, plain(textType, "")),
  "clientConnection.contentType": unused(
    json,
    plain(textType, "application/vnd.kubernetes.protobuf"),
  ),
  "clientConnection.qps": unused(noPacing, plain(numberType, 5)),
  "clientConnection.burst": unused(noPacing, plain(countType, 10)),
  "logging.format": unused("log lines are JSON", plain(textType, "text")),
  "logging.flushFrequency": unused("log lines are written at once", plain(anyType, "5s")),
  "logging.verbosity": plain(countType, 0),
  "logging.vmodule": unused("there are no modules of Go here", plain(anyType, [])),
  "logging.options": unused("log lines are JSON", plain(anyType, {})),
  hostnameOverride: plain(textType, ""),
  bindAddress: plain(textType, "0.0.0.0"),
  healthzBindAddress: plain(textType, ""),
  metricsBindAddress: plain(textType, ""),
  bindAddressHardFail: plain(booleanType, false),
  enableProfiling: plain(booleanType, false),
  showHiddenMetricsForVersion: unused("no metric is hidden", plain(textType, "")),
  mode: plain(wordType(["iptables", "ipvs", "nftables", "kernelspace"]), ""),
  "iptables.masqueradeBit": unused(noMark, exact(integerType(0, 31), 14)),
  "iptables.masqueradeAll": plain(booleanType, false),
  // Its default asks for nothing here either, since it was never so outside of iptables mode.
  "iptables.localhostNodePorts": unused(
    "NodePorts do not answer on loopback addresses, as in kube-proxy's nftables mode",
    exact(booleanType, true),
  ),
  "iptables.syncPeriod": plain(durationType, 30 * second),
  "iptables.minSyncPeriod": plain(durationType, second),
  "ipvs.syncPeriod": plain(durationType, 30 * second),
  "ipvs.minSyncPeriod": plain(durationType, 0),
  "ipvs.scheduler": unused(noIpvs, plain(textType, "")),
  "ipvs.excludeCIDRs": unused(noIpvs, plain(textsType, [])),
  "ipvs.strictARP": unused(noIpvs, plain(booleanType, false)),
  "ipvs.tcpTimeout": unused(noIpvs, plain(durationType, 0)),
  "ipvs.tcpFinTimeout": unused(noIpvs, plain(durationType, 0)),
  "ipvs.udpTimeout": unused(noIpvs, plain(durationType, 0)),
  "nftables.masqueradeBit": unused(noMark, exact(integerType(0, 31), 14)),
  "nftables.masqueradeAll": plain(booleanType, false),
  "nftables.syncPeriod": plain(durationType, 30 * second),
  "nftables.minSyncPeriod": plain(durationType, second),
  "winkernel.networkName": unused(noWindows, plain(textType, "")),
  "winkernel.sourceVip": unused(noWindows, plain(textType, "")),
  "winkernel.enableDSR": unused(noWindows, plain(booleanType, false)),
  "winkernel.rootHnsEndpointName": unused(noWindows, plain(textType, "")),
  "winkernel.forwardHealthCheckVip": unused(noWindows, plain(booleanType, false)),
  detectLocalMode: plain(
    wordType(["ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"]),
    "",
  ),
  "detectLocal.bridgeInterface": plain(textType, ""),
  "detectLocal.interfaceNamePrefix": plain(textType, ""),
  clusterCIDR: plain(textType, ""),
  nodePortAddresses: plain(textsType, []),
  oomScoreAdj: exact(integerType(-1000, 1000), -999),
  "conntrack.maxPerCore": exact(countType, 32_768),
  "conntrack.min": exact(countType, 131_072),
  "conntrack.tcpEstablishedTimeout": exact(durationType, 24 * hour),
  "conntrack.tcpCloseWaitTimeout": exact(durationType, hour),
  // Files that kubeadm writes say false. Like kube-proxy's nftables mode this datapath has no rule against packets out of
  // the window, and untranslated they would end their connection.
  "conntrack.tcpBeLiberal": plain(booleanType, true),
  "conntrack.udpTimeout": plain(durationType, 0),
  "conntrack.udpStreamTimeout": plain(durationType, 0),
  configSyncPeriod: unused("watches are renewed by themselves", plain(durationType, 15 * minute)),
  portRange: old(plain(textType, "")),
  windowsRunAsService: unused(noWindows, plain(booleanType, false)),
  "conntrack.max": old(exact(countType, 0)),
  resourceContainer: old(plain(textType, "")),
  udpIdleTimeout: old(plain(durationType, 0)),
} as const satisfies Readonly<Record<string, Field<never> | Field<unknown>>>;

export type FieldPath = keyof typeof fields;

/** The type of a field's value. */
export type FieldValue<P extends FieldPath> = (typeof fields)[P] extends Field<infer T> ? T : never;

export function isFieldPath(path: string): path is FieldPath {
  return Object.hasOwn(fields, path);
}

/** Whether fields lie below the path, as below "iptables". */
export function isSection(path: string): boolean {
  return Object.keys(fields).some((known) => known.startsWith(`${path}.`));
}
