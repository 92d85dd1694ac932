import type { Store } from "../store/store.ts";
import { endpointSliceStrategy } from "./endpoint-slice.ts";
import { namespaceStrategy } from "./namespace.ts";
import { podStrategy } from "./pod.ts";
import { createServiceStrategy } from "./service/strategy.ts";
import type { Strategies } from "./strategy.ts";

/**
 * The strategies of all kinds that have one.
 * @throws FairleadError FL-A001 for a service CIDR that is none
 */
export function createStrategies(store: Store, serviceCidrs: readonly string[]): Strategies {
  return new Map([
    ["/Namespace", namespaceStrategy],
    ["/Pod", podStrategy],
    ["/Service", createServiceStrategy(store.collection("services"), serviceCidrs)],
    ["discovery.k8s.io/EndpointSlice", endpointSliceStrategy],
  ]);
}
