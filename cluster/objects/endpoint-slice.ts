import type { Endpoint, EndpointPort, EndpointSlice } from "../contract.ts";
import { decodeAddresses } from "./addresses.ts";
import type { Fields } from "./fields.ts";
import { decodeMetadata } from "./metadata.ts";
import type { Pool } from "./pool.ts";
import { protocols } from "./protocols.ts";

const addressTypes = ["IPv4", "IPv6", "FQDN"] as const;
const serviceNameLabel = "kubernetes.io/service-name";
const triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

/** discovery.k8s.io/v1 EndpointSlice. */
export function decodeEndpointSlice(object: Fields, metadata: Fields, pool: Pool): EndpointSlice {
  const { namespace, name, resourceVersion } = decodeMetadata(metadata, pool);
  const addressType = object.word("addressType", addressTypes, "IPv4");
  return {
    namespace,
    name,
    resourceVersion,
    serviceName: pool.text(metadata.child("labels")?.text(serviceNameLabel) ?? ""),
    addressType,
    endpoints: object.children("endpoints").map((it) => decodeEndpoint(it, addressType, pool)),
    ports: pool.endpointPorts(object.children("ports").map((it) => decodePort(it, pool))),
    lastChangeTriggerTimeMs: milliseconds(
      metadata.child("annotations")?.text(triggerTimeAnnotation),
    ),
  };
}

function decodeEndpoint(
  endpoint: Fields,
  addressType: EndpointSlice["addressType"],
  pool: Pool,
): Endpoint {
  const targetRef = endpoint.child("targetRef");
  const podName = targetRef?.text("kind") === "Pod" ? targetRef.text("name") : undefined;
  const hostname = endpoint.text("hostname");
  return {
    addresses:
      addressType === "FQDN" ? endpoint.texts("addresses") : decodeAddresses(endpoint, "addresses"),
    // A StatefulSet's pods are called as their host names: one string serves both.
    hostname: hostname === podName ? podName : hostname,
    podName,
    nodeName: pool.optionalText(endpoint.text("nodeName")),
    zone: pool.optionalText(endpoint.text("zone")),
    ready: endpoint.child("conditions")?.boolean("ready") ?? true,
  };
}

function decodePort(port: Fields, pool: Pool): EndpointPort {
  return {
    name: pool.text(port.text("name") ?? ""),
    protocol: port.word("protocol", protocols, "TCP"),
    port: port.port("port"),
  };
}

/** Whoever wrote the annotation, a time that cannot be read is as good as none: it only feeds a metric. */
function milliseconds(time: string | undefined): number | undefined {
  const value = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(value) ? undefined : value;
}
