import { isIP } from "node:net";
import { invalidValue } from "../kinds/problems.ts";
import { isHeadless } from "../kinds/service/validation.ts";
import type { IpFamily, ServiceSpec } from "../kinds/types.ts";
import type { FieldProblem } from "../status.ts";
import { type AddressRange, canonicalAddress } from "./address-range.ts";

export type Allocated<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: FieldProblem };

type Addresses = Pick<ServiceSpec, "clusterIP" | "clusterIPs" | "ipFamilies" | "ipFamilyPolicy">;

const dualStack: readonly IpFamily[] = ["IPv4", "IPv6"];

/** Chooses the families and ClusterIPs of Services. */
export class ClusterIpAllocator {
  readonly #ranges: readonly AddressRange[];
  readonly #holderOf: (address: string) => string | undefined;

  /** The first range's family is the default one. */
  constructor(ranges: readonly AddressRange[], holderOf: (address: string) => string | undefined) {
    this.#ranges = ranges;
    this.#holderOf = holderOf;
  }

  /**
   * The address fields of a Service: what it asks for by number where that is free or its own, new ones for the rest.
   * @param key "namespace/name" of the Service
   */
  allocate(key: string, spec: ServiceSpec): Allocated<Addresses> {
    if (spec.type === "ExternalName") return { ok: true, value: {} };
    const asked = askedAddresses(spec);
    const policy = this.#policy(spec, asked);
    const families = this.#families(spec, asked, policy);
    if (families === undefined) {
      const why = "this cluster is not configured for dual-stack services";
      return { ok: false, problem: invalidValue("spec.ipFamilyPolicy", policy, why) };
    }
    const common = { ipFamilies: families, ipFamilyPolicy: policy };
    if (isHeadless(spec))
      return { ok: true, value: { clusterIP: "None", clusterIPs: ["None"], ...common } };
    const clusterIPs: string[] = [];
    for (const family of families) {
      const taken = this.#take(key, family, asked);
      if (!taken.ok) return taken;
      clusterIPs.push(taken.value);
    }
    return { ok: true, value: { clusterIP: clusterIPs[0], clusterIPs, ...common } };
  }

  #policy(spec: ServiceSpec, asked: readonly string[]): string {
    if (spec.ipFamilyPolicy !== undefined) return spec.ipFamilyPolicy;
    const anyFamily = isHeadless(spec) && spec.selector === undefined;
    return anyFamily || spec.ipFamilies?.length === 2 || asked.length === 2
      ? "RequireDualStack"
      : "SingleStack";
  }

  /** Undefined when two families are needed and the cluster has one. */
  #families(
    spec: ServiceSpec,
    asked: readonly string[],
    policy: string,
  ): readonly IpFamily[] | undefined {
    const available = this.#ranges.map((range) => range.family);
    const first = spec.ipFamilies?.[0] ?? (asked.length > 0 ? familyOf(asked[0]) : available[0]);
    if (policy === "SingleStack") return [first];
    const both = [first, ...dualStack.filter((family) => family !== first)];
    // Endpoints of a headless Service without selector are its author's: the cluster's own families do not bind them.
    const offered = isHeadless(spec) && spec.selector === undefined ? dualStack : available;
    if (both.every((family) => offered.includes(family))) return both;
    return policy === "RequireDualStack" ? undefined : [first];
  }

  #take(key: string, family: IpFamily, asked: readonly string[]): Allocated<string> {
    const range = this.#ranges.find((candidate) => candidate.family === family);
    if (range === undefined) {
      return {
        ok: false,
        problem: invalidValue("spec.ipFamilies", family, "not configured on this cluster"),
      };
    }
    const wanted = asked.find((address) => familyOf(address) === family);
    if (wanted === undefined) {
      const free = range.nextFree((address) => this.#holderOf(address) !== undefined);
      if (free !== undefined) return { ok: true, value: free };
      return { ok: false, problem: invalidValue("spec.clusterIPs", [], `range ${range} is full`) };
    }
    const address = canonicalAddress(wanted);
    const holder = this.#holderOf(address);
    if (!range.contains(address)) {
      const why = `failed to allocate IP ${address}: the provided IP is not in the valid range ${range}`;
      return { ok: false, problem: invalidValue("spec.clusterIPs", [wanted], why) };
    }
    if (holder === undefined || holder === key) return { ok: true, value: address };
    const why = `failed to allocate IP ${address}: provided IP is already allocated`;
    return { ok: false, problem: invalidValue("spec.clusterIPs", [wanted], why) };
  }
}

/** Addresses that the Service names. */
function askedAddresses({ clusterIP, clusterIPs }: ServiceSpec): readonly string[] {
  const all = clusterIPs !== undefined && clusterIPs.length > 0 ? clusterIPs : [clusterIP ?? ""];
  return all.filter((address) => isIP(address) !== 0);
}

function familyOf(address: string): IpFamily {
  return isIP(address) === 6 ? "IPv6" : "IPv4";
}
