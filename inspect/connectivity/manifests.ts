/** The objects that the test makes: three or four pods and the Services over them. */
import type { KubernetesObject, V1Pod, V1Service } from "@kubernetes/client-node";
import type { ServiceName } from "./contract.ts";

/** Of the servers in the pods, for HTTP and UDP. */
export const PORT = 8080;
/** Of the Services, for both. */
export const SERVICE_PORT = 80;

/** Says that a namespace is the test's own. */
export const ownLabel = { "app.kubernetes.io/managed-by": "fairlead-test" } as const;
const appLabel = "app.kubernetes.io/name";

export interface ManifestOptions {
  readonly namespace: string;
  readonly image: string;
  readonly clusterDomain: string;
  /** Of the client, and of the other pod where there is a second node. */
  readonly nodes: readonly [string, string | undefined];
}

export const clientPod = "client";
export const hostClientPod = "host-client";
export const samePod = "server-same-node";
export const otherPod = "server-other-node";

export function namespaceOf({ namespace }: ManifestOptions): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: { ...ownLabel } },
  };
}

export function podsOf(options: ManifestOptions): readonly V1Pod[] {
  const [here, there] = options.nodes;
  return [
    pod(options, clientPod, here, "client"),
    pod(options, samePod, here, "server"),
    ...(there === undefined ? [] : [pod(options, otherPod, there, "server")]),
    hostPod(options, here),
  ];
}

/** The prober serves and tries; its node is chosen here, the scheduler is not what is tested. */
function pod(
  { namespace, image }: ManifestOptions,
  name: string,
  node: string,
  app: string,
): V1Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { ...ownLabel, [appLabel]: app } },
    spec: {
      nodeName: node,
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: "prober",
          image,
          args: ["test", "prober", "serve", "-port", String(PORT)],
          env: [
            { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
          ],
          ports: [
            { name: "http", containerPort: PORT },
            { name: "udp", containerPort: PORT, protocol: "UDP" },
          ],
          readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
        },
      ],
    },
  };
}

/** Asks from the node's own network, and serves nothing there. */
function hostPod({ namespace, image }: ManifestOptions, node: string): V1Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: hostClientPod, namespace, labels: { ...ownLabel } },
    spec: {
      nodeName: node,
      hostNetwork: true,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "prober", image, args: ["test", "prober", "wait"] }],
    },
  };
}

export function servicesOf(options: ManifestOptions): readonly V1Service[] {
  const { namespace, clusterDomain } = options;
  return [
    service(options, "cluster", { type: "ClusterIP" }),
    service(options, "node-port", { type: "NodePort" }),
    service(options, "load-balancer", { type: "LoadBalancer" }),
    service(options, "headless", { clusterIP: "None" }),
    service(options, "hairpin", { type: "ClusterIP", selector: { [appLabel]: "client" } }),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "external", namespace, labels: { ...ownLabel } },
      spec: { type: "ExternalName", externalName: `cluster.${namespace}.svc.${clusterDomain}` },
    },
  ];
}

function service(
  { namespace }: ManifestOptions,
  name: ServiceName,
  spec: V1Service["spec"],
): V1Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels: { ...ownLabel } },
    spec: {
      selector: { [appLabel]: "server" },
      ports: [
        { name: "http", port: SERVICE_PORT, targetPort: PORT },
        { name: "udp", port: SERVICE_PORT, targetPort: PORT, protocol: "UDP" },
      ],
      ...spec,
    },
  };
}
