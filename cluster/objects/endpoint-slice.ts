import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from "../contract.ts";
import { decodeAddresses } from "./addresses.ts";
import type { Fields } from "./fields.ts";
import { HEADLESS_LABEL } from "./labels.ts";
import { decodeMetadata, milliseconds } from "./metadata.ts";
import type { Pool } from "./pool.ts";
import { protocols } from "./protocols.ts";

const addressTypes = ["IPv4", "IPv6", "FQDN"] as const;
const serviceNameLabel = "kubernetes.io/service-name";
const triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

/** discovery.k8s.io/v1 EndpointSlice. */
export function decodeEndpointSlice(object: Fields, metadata: Fields, pool: Pool): EndpointSlice {
  const { namespace, name, resourceVersion } = decodeMetadata(metadata, pool);
  const addressType = object.word("addressType", addressTypes, "IPv4");
  const labels = metadata.child("labels");
  return {
    namespace,
    name,
    resourceVersion,
    serviceName: pool.text(labels?.text(serviceNameLabel) ?? ""),
    hasHeadlessLabel: labels?.has(HEADLESS_LABEL) ?? false,
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
  const conditions = endpoint.child("conditions");
  const ready = conditions?.boolean("ready") ?? true;
  return {
    addresses:
      addressType === "FQDN" ? endpoint.texts("addresses") : decodeAddresses(endpoint, "addresses"),
    // A StatefulSet's pods are called as their host names: one string serves both.
    hostname: hostname === podName ? podName : hostname,
    podName,
    nodeName: pool.optionalText(endpoint.text("nodeName")),
    zone: pool.optionalText(endpoint.text("zone")),
    ready,
    serving: conditions?.boolean("serving") ?? ready,
    terminating: conditions?.boolean("terminating") ?? false,
    hints: decodeHints(endpoint.child("hints"), pool),
  };
}

function decodeHints(hints: Fields | undefined, pool: Pool): EndpointHints | undefined {
  if (hints === undefined) return undefined;
  const forZones = hints.children("forZones").map((it) => it.text("name") ?? "");
  const forNodes = hints.children("forNodes").map((it) => it.text("name") ?? "");
  if (forZones.length + forNodes.length === 0) return undefined;
  return pool.hints({ forZones, forNodes });
}

function decodePort(port: Fields, pool: Pool): EndpointPort {
  return {
    name: pool.text(port.text("name") ?? ""),
    protocol: port.word("protocol", protocols, "TCP"),
    port: port.port("port"),
  };
}
