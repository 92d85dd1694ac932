/** The probes, in the order in which a broken network is best understood: the plain way first, then what stands on it. */
import { isIPv6 } from "node:net";
import { reverseName } from "#dns/wire/reverse.ts";
import type { Origin, PodPlace, Probe, Scene, ServiceName } from "./contract.ts";
import { PORT, SERVICE_PORT } from "./manifests.ts";
import type { DnsAttempt, Outcome } from "./prober/contract.ts";

const LARGE_BYTES = 1_000_000;
/** Larger than any link takes: it travels in fragments. */
const FRAGMENTED_BYTES = 8_000;
/** Has room for what a server says of itself. */
const SMALL_BYTES = 512;

type Answer = Extract<Outcome, { kind: "answer" }>;
type Planned = ReturnType<Probe["plan"]>;
type Where = (
  scene: Scene,
) => { readonly host: string; readonly port: number } | { readonly skip: string };

const oneNode = { skip: "the cluster has one node that takes pods" };

const toPod =
  (which: "client" | "same" | "other"): Where =>
  (scene) => {
    const pod = scene[which];
    return pod === undefined ? oneNode : { host: pod.address, port: PORT };
  };

const toService =
  (address: (scene: Scene) => string | undefined, none: string): Where =>
  (scene) => {
    const host = address(scene);
    return host === undefined ? { skip: none } : { host, port: SERVICE_PORT };
  };

const toClusterIp = (name: ServiceName): Where =>
  toService(({ services }) => services[name].clusterIp, "the Service has no ClusterIP");

const toNodePort =
  (which: "client" | "other", at: 0 | 1): Where =>
  ({ services, ...scene }) => {
    const pod = scene[which];
    if (pod === undefined) return oneNode;
    const port = services["node-port"].nodePorts[at];
    return port === undefined
      ? { skip: "the Service has no node port" }
      : { host: pod.nodeAddress, port };
  };

const nameOf = (service: ServiceName, scene: Scene): string =>
  `${service}.${scene.namespace}.svc.${scene.clusterDomain}`;

interface HttpProbe {
  readonly name: string;
  readonly means: string;
  readonly from?: Origin;
  readonly where: Where;
  readonly bytes?: number;
  readonly judge?: (answer: Answer, scene: Scene) => string | undefined;
}

const isAnswer = (outcome: Outcome, judge: HttpProbe["judge"], scene: Scene): string | undefined =>
  outcome.kind === "answer" ? judge?.(outcome, scene) : "no answer of a server of the test";

const http = ({ name, means, from = "client", where, bytes = 0, judge }: HttpProbe): Probe => ({
  name,
  means,
  from,
  plan(scene, timeoutMs): Planned {
    const place = where(scene);
    return "skip" in place ? place : { kind: "http", ...place, bodyBytes: bytes, timeoutMs };
  },
  judge: (outcome, scene) =>
    isAnswer(outcome, judge, scene) ??
    (outcome.kind === "answer" && outcome.bytes !== bytes
      ? `${outcome.bytes} of ${bytes} bytes came back`
      : undefined),
});

const udp = ({
  name,
  means,
  from = "client",
  where,
  bytes = SMALL_BYTES,
  judge,
}: HttpProbe): Probe => ({
  name,
  means,
  from,
  plan(scene, timeoutMs): Planned {
    const place = where(scene);
    return "skip" in place ? place : { kind: "udp", ...place, bytes, timeoutMs };
  },
  judge: (outcome, scene) => isAnswer(outcome, judge, scene),
});

interface DnsProbe extends Pick<DnsAttempt, "transport"> {
  readonly name: string;
  readonly means: string;
  readonly asked: (scene: Scene) => Pick<DnsAttempt, "name" | "type"> | { readonly skip: string };
  /** What must be among the values; undefined: any value will do. */
  readonly expected: (scene: Scene) => string | undefined;
}

const dns = ({ name, means, transport, asked, expected }: DnsProbe): Probe => ({
  name,
  means,
  from: "client",
  plan(scene, timeoutMs): Planned {
    const question = asked(scene);
    if ("skip" in question) return question;
    return { kind: "dns", transport, server: "resolv.conf", ...question, timeoutMs };
  },
  judge(outcome, scene) {
    if (outcome.kind !== "records") return "no answer of a DNS server";
    const { rcode, values, name: answered } = outcome;
    if (values.length === 0) return `${rcode} without a record for ${answered}`;
    const wanted = expected(scene);
    return wanted === undefined || values.includes(wanted)
      ? undefined
      : `${answered} is ${values.join(", ")} and not ${wanted}`;
  },
});

const answers =
  (which: "client" | "same" | "other") =>
  ({ server }: Answer, scene: Scene) => {
    const pod: PodPlace | undefined = scene[which];
    return server.pod === pod?.name ? undefined : `${server.pod} answers in place of ${pod?.name}`;
  };

/** Kubernetes' network model: a pod sees another by the address that this one has itself. */
const seesClient = ({ server }: Answer, { client }: Scene): string | undefined =>
  server.client === client.address
    ? undefined
    : `the server sees ${server.client} in place of the pod's ${client.address}: the packets are translated`;

const both =
  (first: NonNullable<HttpProbe["judge"]>, second: NonNullable<HttpProbe["judge"]>) =>
  (answer: Answer, scene: Scene): string | undefined =>
    first(answer, scene) ?? second(answer, scene);

const addressTypeOf = (address: string | undefined): "A" | "AAAA" =>
  address !== undefined && isIPv6(address) ? "AAAA" : "A";

const clusterIpOf = (scene: Scene): string | undefined => scene.services.cluster.clusterIp;

export const probes: readonly Probe[] = [
  http({
    name: "pod-to-pod-same-node",
    means: "pods on one node reach each other, and see each other's own addresses",
    where: toPod("same"),
    judge: both(answers("same"), seesClient),
  }),
  http({
    name: "pod-to-pod-other-node",
    means: "pods reach those on another node, untranslated",
    where: toPod("other"),
    judge: both(answers("other"), seesClient),
  }),
  udp({
    name: "pod-to-pod-udp-same-node",
    means: "so do datagrams on one node",
    where: toPod("same"),
    judge: both(answers("same"), seesClient),
  }),
  udp({
    name: "pod-to-pod-udp-other-node",
    means: "so do datagrams between nodes",
    where: toPod("other"),
    judge: both(answers("other"), seesClient),
  }),
  http({
    name: "large-packets-same-node",
    means: "a megabyte each way on one node",
    where: toPod("same"),
    bytes: LARGE_BYTES,
  }),
  http({
    name: "large-packets-other-node",
    means: "a megabyte each way between nodes: the MTU fits the way",
    where: toPod("other"),
    bytes: LARGE_BYTES,
  }),
  udp({
    name: "large-datagram-other-node",
    means: "a datagram in fragments between nodes",
    where: toPod("other"),
    bytes: FRAGMENTED_BYTES,
    judge: ({ bytes }) =>
      bytes === FRAGMENTED_BYTES ? undefined : `${bytes} of ${FRAGMENTED_BYTES} bytes came back`,
  }),
  http({
    name: "node-to-pod-same-node",
    means: "a node reaches its pods, as probes of a kubelet do",
    from: "host-client",
    where: toPod("same"),
    judge: answers("same"),
  }),
  http({
    name: "node-to-pod-other-node",
    means: "a node reaches pods of another node",
    from: "host-client",
    where: toPod("other"),
    judge: answers("other"),
  }),
  http({ name: "cluster-ip", means: "a Service at its ClusterIP", where: toClusterIp("cluster") }),
  udp({ name: "cluster-ip-udp", means: "the same over UDP", where: toClusterIp("cluster") }),
  http({
    name: "cluster-ip-from-node",
    means: "a Service at its ClusterIP, asked by the node itself",
    from: "host-client",
    where: toClusterIp("cluster"),
  }),
  http({
    name: "hairpin",
    means: "a pod reaches itself through a Service",
    where: toClusterIp("hairpin"),
    judge: answers("client"),
  }),
  http({
    name: "node-port",
    means: "a Service at a port of the client's node",
    where: toNodePort("client", 0),
  }),
  http({
    name: "node-port-other-node",
    means: "the same port of another node",
    where: toNodePort("other", 0),
  }),
  udp({ name: "node-port-udp", means: "the port for UDP", where: toNodePort("client", 1) }),
  http({
    name: "load-balancer",
    means: "a Service at its load balancer's address",
    where: toService(
      ({ services }) => services["load-balancer"].loadBalancer,
      "nothing here gives Services of type LoadBalancer an address",
    ),
  }),
  http({
    name: "headless",
    means: "a headless Service by its name",
    where: (scene) => ({ host: nameOf("headless", scene), port: PORT }),
  }),
  http({
    name: "external-name",
    means: "an ExternalName Service leads to what it names",
    where: (scene) => ({ host: nameOf("external", scene), port: SERVICE_PORT }),
  }),
  http({
    name: "service-by-short-name",
    means: "a Service by its name alone, through the search list",
    where: () => ({ host: "cluster", port: SERVICE_PORT }),
  }),
  dns({
    name: "dns-udp",
    means: "the cluster's DNS over UDP",
    transport: "udp",
    asked: (scene) => ({
      name: `${nameOf("cluster", scene)}.`,
      type: addressTypeOf(clusterIpOf(scene)),
    }),
    expected: clusterIpOf,
  }),
  dns({
    name: "dns-tcp",
    means: "the cluster's DNS over TCP",
    transport: "tcp",
    asked: (scene) => ({
      name: `${nameOf("cluster", scene)}.`,
      type: addressTypeOf(clusterIpOf(scene)),
    }),
    expected: clusterIpOf,
  }),
  dns({
    name: "dns-srv",
    means: "ports of a Service by SRV",
    transport: "udp",
    asked: (scene) => ({ name: `_http._tcp.${nameOf("cluster", scene)}.`, type: "SRV" }),
    expected: (scene) => `${nameOf("cluster", scene)}.`,
  }),
  dns({
    name: "dns-reverse",
    means: "the name of a ClusterIP",
    transport: "udp",
    asked: (scene) => {
      const address = clusterIpOf(scene);
      if (address === undefined) return { skip: "the Service has no ClusterIP" };
      return { name: reverseName(address), type: "PTR" };
    },
    expected: (scene) => `${nameOf("cluster", scene)}.`,
  }),
  dns({
    name: "dns-external",
    means: "a name outside the cluster",
    transport: "udp",
    asked: ({ externalName }) =>
      externalName === undefined
        ? { skip: "no name outside is asked for: -external-name NAME" }
        : { name: `${externalName}.`, type: "A" },
    expected: () => undefined,
  }),
  {
    name: "api-server",
    means: "kubernetes.default resolves, and its port takes connections",
    from: "client",
    plan: (_, timeoutMs) => ({ kind: "tcp", host: "kubernetes.default.svc", port: 443, timeoutMs }),
    judge: () => undefined,
  },
];
