import type { ClusterModel, LoadQuery } from "../contract.ts";
import { isClusterIp, isHeadless, serviceName } from "./cluster.ts";

/** mulberry32: a small seeded generator, so that every run asks the same questions in the same order. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function pickFrom<T>(list: readonly T[], random: () => number): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new RangeError("nothing to pick from");
  return chosen;
}

/** A of random ClusterIP services. */
export function serviceQueries(model: ClusterModel, count: number, seed = 1): LoadQuery[] {
  const random = seededRandom(seed);
  const services = model.services.filter(isClusterIp);
  return Array.from({ length: count }, () => {
    const service = pickFrom(services, random);
    const name = serviceName(model, service);
    return { name, type: "A" as const, edns: false, address: service.clusterIP };
  });
}

const externalNames = [
  "api.example.com",
  "storage.example.net",
  "www.example.org",
  "login.example",
];

/** What a resolver with ndots:5 asks before it asks for the name itself: the name under a search domain. */
function searchPathName(model: ClusterModel, random: () => number): string {
  const namespace = pickFrom(model.namespaces, random);
  const suffixes = [`${namespace}.svc.`, "svc.", ""];
  return `${pickFrom(externalNames, random)}.${pickFrom(suffixes, random)}${model.zone}`;
}

/**
 * What pods ask: 35 % A, 15 % AAAA without data, 35 % NXDOMAIN from the search path, 10 % A of headless services and
 * 5 % SRV; every second query carries EDNS.
 */
export function podMixQueries(model: ClusterModel, count: number, seed = 2): LoadQuery[] {
  const random = seededRandom(seed);
  const services = model.services.filter(isClusterIp);
  const headless = model.services.filter(isHeadless);
  return Array.from({ length: count }, (_, index): LoadQuery => {
    const edns = index % 2 === 1;
    const share = random();
    if (share < 0.35)
      return { name: serviceName(model, pickFrom(services, random)), type: "A", edns };
    if (share < 0.5)
      return { name: serviceName(model, pickFrom(services, random)), type: "AAAA", edns };
    if (share < 0.85) return { name: searchPathName(model, random), type: "A", edns };
    if (share < 0.95)
      return { name: serviceName(model, pickFrom(headless, random)), type: "A", edns };
    const service = pickFrom(services, random);
    return { name: `_${service.portName}._tcp.${serviceName(model, service)}`, type: "SRV", edns };
  });
}
