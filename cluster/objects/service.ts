import type { Service, ServicePort } from "../contract.ts";
import { decodeAddress } from "./addresses.ts";
import type { Fields } from "./fields.ts";
import { decodeMetadata, milliseconds } from "./metadata.ts";
import type { Pool } from "./pool.ts";
import { protocols } from "./protocols.ts";
import { decodeTraffic } from "./service-traffic.ts";

const types = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] as const;

/** v1 Service. */
export function decodeService(object: Fields, metadata: Fields, pool: Pool): Service {
  const { namespace, name, resourceVersion } = decodeMetadata(metadata, pool);
  const spec = object.child("spec");
  const type = spec?.word("type", types, "ClusterIP") ?? "ClusterIP";
  const declared = spec === undefined ? none : declaredClusterIPs(spec);
  const headless = declared[0] === "None";
  return {
    namespace,
    name,
    resourceVersion,
    type,
    clusterIPs:
      spec === undefined || headless || type === "ExternalName"
        ? none
        : declared.map((address) => decodeAddress(spec, "clusterIPs", address)),
    headless,
    externalName: type === "ExternalName" ? spec?.text("externalName") : undefined,
    ports: pool.servicePorts(spec?.children("ports").map((port) => decodePort(port, pool)) ?? []),
    createdSeconds: Math.floor((milliseconds(metadata.text("creationTimestamp")) ?? 0) / 1000),
    traffic: decodeTraffic(object, metadata, pool),
  };
}

const none: readonly never[] = [];

/** clusterIPs, or clusterIP in objects from before dual stack; "" stands for not yet allocated. */
function declaredClusterIPs(spec: Fields): readonly string[] {
  const clusterIPs = spec.texts("clusterIPs");
  if (clusterIPs.length > 0) return clusterIPs;
  const clusterIP = spec.text("clusterIP") ?? "";
  return clusterIP === "" ? none : [clusterIP];
}

function decodePort(port: Fields, pool: Pool): ServicePort {
  return {
    name: pool.text(port.text("name") ?? ""),
    protocol: port.word("protocol", protocols, "TCP"),
    port: port.port("port") ?? port.fail("port", "must not be empty"),
    nodePort: port.port("nodePort") ?? 0,
  };
}
