/** The API server of a cluster, in this process, and the endpoint that comes and goes in it. */
import type { ApiServer, KubeObject } from "#lab/apiserver/contract.ts";
import { createApiServer } from "#lab/apiserver/server.ts";
import { answerCalls } from "../../calls.ts";
import type { ClusterRequest, Pulse } from "../contract.ts";
import { monotonicMs } from "./clock.ts";

const namespace = "bench";
/** Of the pods of all Services: a network of no node that takes part. */
const podNetwork = 100;
const firstService = 16;

let api: ApiServer | undefined;

function server(): ApiServer {
  if (api === undefined) throw new Error("serve() comes first");
  return api;
}

/** Resolves to the URL. */
async function serve(request: ClusterRequest): Promise<string> {
  const { host, services, endpointsPerService, nodes } = request;
  api = createApiServer();
  const { objects } = api;
  objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  for (const { name, address, podCidr } of nodes) {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name } };
    const addresses = [{ type: "InternalIP", address }];
    objects.create({ ...node, spec: { podCIDR: podCidr, podCIDRs: [podCidr] } });
    objects.replace({ ...node, status: { addresses } }, "status");
  }
  for (let index = 0; index < services; index += 1) {
    const name = `service-${index}`;
    const number = index + firstService;
    objects.create(service(name, `10.96.${(number >> 8) + 1}.${number & 255}`, [http(80)]));
    const addresses = Array.from({ length: endpointsPerService }, (_, position) => {
      const pod = index * endpointsPerService + position;
      return `10.${podNetwork}.${pod >> 8}.${pod & 255}`;
    });
    objects.create(slice(name, 8080, addresses, undefined));
  }
  await api.settled();
  await api.listen({ host, port: 0 });
  return api.url;
}

/** Makes the pulse's Services, without an endpoint. */
function addPulse({ clusterIp, port, dnsName, endpoint }: Pulse): void {
  const { objects } = server();
  const headless = headlessName(dnsName);
  objects.create(service("pulse", clusterIp, [http(port)]));
  objects.create(service(headless, "None", [http(port)]));
  for (const name of ["pulse", headless])
    objects.create(slice(name, endpoint.port, [], endpoint.nodeName));
}

/** Shows the pulse's endpoint as ready, or no more. Resolves to when the API had it, as monotonicMs() has it. */
function setPulse({ pulse, isReady }: { pulse: Pulse; isReady: boolean }): number {
  const { dnsName, endpoint } = pulse;
  const addresses = isReady ? [endpoint.address] : [];
  for (const name of ["pulse", headlessName(dnsName)])
    server().objects.replace(slice(name, endpoint.port, addresses, endpoint.nodeName));
  return monotonicMs();
}

/** Shows that pod as the one endpoint of the cluster's DNS. */
function addDnsPod(address: string): void {
  server().objects.create({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kube-dns-a",
      namespace: "kube-system",
      labels: { "kubernetes.io/service-name": "kube-dns" },
    },
    addressType: "IPv4",
    ports: [
      { name: "dns", protocol: "UDP", port: 53 },
      { name: "dns-tcp", protocol: "TCP", port: 53 },
    ],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  });
}

const headlessName = (dnsName: string): string => dnsName.split(".")[0] ?? "";

const http = (port: number) => ({ name: "http", protocol: "TCP", port });

function service(name: string, clusterIP: string, ports: readonly object[]): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { type: "ClusterIP", clusterIP, clusterIPs: [clusterIP], ports },
  };
}

function slice(
  name: string,
  port: number,
  addresses: readonly string[],
  nodeName: string | undefined,
): KubeObject {
  const conditions = { ready: true, serving: true, terminating: false };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-a`, namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [http(port)],
    endpoints: addresses.map((address) => ({
      addresses: [address],
      conditions,
      ...(nodeName === undefined ? {} : { nodeName }),
    })),
  };
}

const calls = { serve, addPulse, setPulse, addDnsPod };
export type ClusterCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
