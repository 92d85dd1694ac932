/** Services and EndpointSlices in the words of the rows. */
import { isIPv6 } from "node:net";
import type { Manifest } from "./contract.ts";
import { addressesOf, nodeOf } from "./world.ts";

const namespace = "default";

interface PortSpec {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: "TCP" | "UDP" | "SCTP";
  readonly nodePort?: number;
}

interface ServiceSpec {
  readonly ports?: readonly PortSpec[];
  readonly [field: string]: unknown;
}

interface ServiceParts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly status?: object;
}

/** A Service without selector: its slices are what the row says. Default: port 80 over TCP. */
export function service(name: string, spec: ServiceSpec, parts: ServiceParts = {}): Manifest {
  const { labels = {}, annotations = {}, status } = parts;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels, annotations },
    spec: { ports: [{ port: 80 }], ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

/** What a load balancer's controller would write into the status. */
export function ingress(ip: string, ipMode: "VIP" | "Proxy" = "VIP"): ServiceParts {
  return { status: { loadBalancer: { ingress: [{ ip, ipMode }] } } };
}

/** An endpoint by the name of its place, with what is not usual of it. */
export interface EndpointSpec {
  readonly place: string;
  /** Default: ready, serving, not terminating. */
  readonly state?: "ready" | "unready" | "terminating" | "terminated" | "published";
  readonly zone?: string;
  readonly forZones?: readonly string[];
  readonly forNodes?: readonly string[];
  /** Default: the place's first of the slice's family. */
  readonly address?: string;
}

const conditions = {
  ready: { ready: true, serving: true, terminating: false },
  unready: { ready: false, serving: false, terminating: false },
  terminating: { ready: false, serving: true, terminating: true },
  terminated: { ready: false, serving: false, terminating: true },
  /** Of a Service with publishNotReadyAddresses. */
  published: { ready: true, serving: false, terminating: true },
} as const;

interface SliceParts {
  /** Default: one port without a name, 8080 over TCP. */
  readonly ports?: readonly PortSpec[];
  /** Tells slices of one Service apart. */
  readonly suffix?: string;
  readonly family?: 4 | 6;
}

/** A slice of the Service of that name; endpoints are places on the cluster's nodes. */
export function slice(
  serviceName: string,
  endpoints: readonly (string | EndpointSpec)[],
  { ports = [{ port: 8080 }], suffix = "1", family = 4 }: SliceParts = {},
): Manifest {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${serviceName}-${suffix}`,
      namespace,
      labels: {
        "kubernetes.io/service-name": serviceName,
        // The cluster's own controller leaves alone what it does not manage.
        "endpointslice.kubernetes.io/managed-by": "rows",
      },
    },
    addressType: `IPv${family}`,
    ports: ports.map(({ name = "", port, protocol = "TCP" }) => ({ name, port, protocol })),
    endpoints: endpoints.map((endpoint) =>
      endpointObject(typeof endpoint === "string" ? { place: endpoint } : endpoint, family),
    ),
  };
}

function endpointObject(spec: EndpointSpec, family: 4 | 6): object {
  const { place, state = "ready", zone, forZones, forNodes } = spec;
  const hints = {
    ...(forZones === undefined ? {} : { forZones: forZones.map((name) => ({ name })) }),
    ...(forNodes === undefined ? {} : { forNodes: forNodes.map((name) => ({ name })) }),
  };
  return {
    addresses: [spec.address ?? addressOf(place, family)],
    conditions: conditions[state],
    nodeName: nodeOf[place],
    ...(zone === undefined ? {} : { zone }),
    ...(forZones === undefined && forNodes === undefined ? {} : { hints }),
  };
}

/** The first address of a place. @throws Error when it has none of the family */
function addressOf(place: string, family: 4 | 6 = 4): string {
  const found = addressesOf[place]?.find((address) => isIPv6(address) === (family === 6));
  if (found === undefined) throw new Error(`${place} has no IPv${family} address`);
  return found;
}
