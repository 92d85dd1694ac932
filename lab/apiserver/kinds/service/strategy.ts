import { AddressRange } from "../../allocation/address-range.ts";
import { type Allocated, ClusterIpAllocator } from "../../allocation/cluster-ips.ts";
import { NodePortAllocator } from "../../allocation/node-ports.ts";
import { UsedByServices } from "../../allocation/used.ts";
import type { KubeObject } from "../../contract.ts";
import { type FieldProblem, invalid } from "../../status.ts";
import type { Collection } from "../../store/collection.ts";
import { invalidValue } from "../problems.ts";
import type { Strategy } from "../strategy.ts";
import type { ServiceSpec } from "../types.ts";
import { completeService } from "./defaults.ts";
import { carryOverService } from "./update.ts";
import { serviceProblems } from "./validation.ts";

/** Services: defaults, rules, ClusterIPs from the CIDRs, NodePorts. */
export function createServiceStrategy(services: Collection, cidrs: readonly string[]): Strategy {
  const used = new UsedByServices(services);
  const ranges = cidrs.map((cidr) => new AddressRange(cidr));
  const clusterIps = new ClusterIpAllocator(ranges, (address) => used.holderOfAddress(address));
  const nodePorts = new NodePortAllocator((protocol, port) => used.holderOfPort(protocol, port));
  return {
    complete: completeService,
    carryOver: carryOverService,
    validate: (object, before) => [
      ...serviceProblems(object),
      ...immutableProblems(object, before),
    ],
    allocate(object) {
      const { namespace, name } = object.metadata;
      const spec = object.spec as ServiceSpec;
      const { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy, ports, ...rest } = spec;
      const key = `${namespace}/${name}`;
      const addresses = unwrap(object, clusterIps.allocate(key, spec));
      const withPorts =
        ports === undefined ? {} : { ports: unwrap(object, nodePorts.allocate(key, spec)) };
      return { ...object, spec: { ...addresses, ...withPorts, ...rest } };
    },
  };
}

function unwrap<T>(object: KubeObject, allocated: Allocated<T>): T {
  if (allocated.ok) return allocated.value;
  throw invalid({ kind: "Service", group: "" }, object.metadata.name, [allocated.problem]);
}

/** A Service keeps its primary ClusterIP for life, unless it becomes or was an ExternalName. */
function immutableProblems(object: KubeObject, before: KubeObject | undefined): FieldProblem[] {
  if (before === undefined) return [];
  const was = before.spec as ServiceSpec;
  const is = object.spec as ServiceSpec;
  const now = is.clusterIP || is.clusterIPs?.[0];
  if (was.type === "ExternalName" || is.type === "ExternalName" || !now || now === was.clusterIP)
    return [];
  return [invalidValue("spec.clusterIPs[0]", now, "may not change once set")];
}
