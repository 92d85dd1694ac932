import type { Verdict } from "#linux/nft/contract.ts";
import type { Frontend, IpFamily, Outcome, PlanEndpoint, PortPlan } from "../contract.ts";
import {
  addressBytes,
  addressKey,
  endpointData,
  frontendKey,
  number,
  port,
  writeAddress,
  writeNumber,
} from "./bytes.ts";
import { cidrRange } from "./cidr.ts";
import { type ClassNumbers, chainOf, isEnding, isLazy } from "./classes.ts";
import type { Class, EndpointList, PlacedPort, SetElement } from "./contract.ts";
import { indexBase } from "./numbers.ts";
import { endpointName } from "./slots.ts";

/** The elements that belong to one ServicePort alone. Those that several share are sharedElements(). */
export function portElements(port: PlacedPort, numbers: ClassNumbers): readonly SetElement[] {
  const writer = new PortWriter(port, numbers);
  writer.write();
  return writer.elements;
}

/** Elements that other ServicePorts may want too: they stay until the last is gone. */
export function sharedElements({ plan }: PlacedPort): readonly SetElement[] {
  const elements = [
    { set: "cluster_ips", element: { key: addressKey(plan.clusterIP, plan.family) } },
  ];
  const own = new Set(
    [...plan.clusterEndpoints, ...plan.localEndpoints]
      .filter(({ local }) => local)
      .map(({ address }) => address),
  );
  for (const address of own)
    elements.push({ set: "hairpin", element: { key: twice(address, plan.family) } });
  return elements;
}

/** The classes that the ServicePort's frontends refer to and that may not be there yet. */
export function lazyClasses(port: PlacedPort): readonly Class[] {
  const lists = usedLists(port.plan);
  return lists.map((list) => classOf(port, list)).filter(isLazy);
}

/** What makes a class known: one element in each verdict map that may lead to it. */
export function classElements(kind: Class, numbers: ClassNumbers): readonly SetElement[] {
  const data: Verdict = { kind: "goto", chain: chainOf(kind) };
  const element = { key: number(numbers.numberOf(kind)), data };
  const sets = ["classes"];
  if (isEnding(kind)) sets.push("endings");
  if (kind.kind === "external" || kind.kind === "external-local" || kind.kind === "refuse")
    sets.push("guarded_classes");
  return sets.map((set) => ({ set, element }));
}

/** Whether a list is looked at by any frontend of the ServicePort. */
function usedLists(plan: PortPlan): readonly EndpointList[] {
  const lists: EndpointList[] = [];
  const behindFrontends = plan.frontends.length > 0 && plan.external !== "refuse";
  if (plan.internal === "cluster" || behindFrontends) lists.push("cluster");
  if (plan.internal === "local" || (behindFrontends && plan.external === "local"))
    lists.push("local");
  return lists;
}

function slotsOf(port: PlacedPort, list: EndpointList): readonly PlanEndpoint[] {
  return list === "cluster" ? port.cluster : port.local;
}

function classOf(port: PlacedPort, list: EndpointList): Class {
  const slots = slotsOf(port, list).length;
  if (slots === 0) return { kind: "refuse" };
  const { affinityTimeoutSeconds, balancing } = port.plan;
  if (affinityTimeoutSeconds !== undefined)
    return { kind: "affinity", list, slots, timeoutSeconds: affinityTimeoutSeconds };
  return balancing.kind === "maglev"
    ? { kind: "maglev", list, slots }
    : { kind: "spread", list, slots };
}

class PortWriter {
  readonly elements: SetElement[] = [];
  readonly #port: PlacedPort;
  readonly #numbers: ClassNumbers;
  readonly #family: IpFamily;

  constructor(placed: PlacedPort, numbers: ClassNumbers) {
    this.#port = placed;
    this.#numbers = numbers;
    this.#family = placed.plan.family;
  }

  write(): void {
    const { plan } = this.#port;
    const clusterKey = this.#key(plan.clusterIP, plan.port);
    this.#class("services", clusterKey, this.#ending(plan.internal));
    for (const list of usedLists(plan)) this.#endpoints(list);
    if (plan.affinityTimeoutSeconds !== undefined) this.#affinitySlots();
    if (plan.frontends.length === 0) return;
    if (plan.external !== "refuse") {
      this.#class("pick", clusterKey, this.#ending("cluster"));
      if (plan.externalLocal) this.#class("pick_local", clusterKey, this.#ending(plan.external));
    }
    for (const frontend of plan.frontends) this.#frontend(frontend);
  }

  #frontend(frontend: Frontend): void {
    const { plan } = this.#port;
    const key = this.#key(frontend.address, frontend.port);
    const way = entrance(plan);
    if (frontend.sourceRanges === undefined) this.#class("services", key, way);
    else {
      this.#class("services", key, { kind: "guarded" });
      this.#class("behind", key, way);
      for (const cidr of frontend.sourceRanges) this.#allow(frontend, cidr);
    }
    if (plan.external === "refuse") return;
    this.#add("canonical_address", key, addressKey(plan.clusterIP, this.#family));
    if (frontend.port !== plan.port) this.#add("canonical_port", key, port(plan.port));
    this.elements.push({
      set: plan.externalLocal ? "masquerade_node" : "masquerade_all",
      element: { key },
    });
  }

  #endpoints(list: EndpointList): void {
    const { plan, slotIds } = this.#port;
    const sticky = plan.affinityTimeoutSeconds !== undefined;
    slotsOf(this.#port, list).forEach((endpoint, slot) => {
      const key = this.#key(plan.clusterIP, plan.port, 4);
      writeNumber(key, key.length - 4, indexBase(list) + slot);
      if (sticky) this.#add("slot_ids", key, number(slotIds.get(endpointName(endpoint)) ?? 0));
      else this.#add("endpoints", key, endpointData(endpoint, this.#family));
    });
  }

  #affinitySlots(): void {
    const { cluster, local, slotIds } = this.#port;
    const written = new Set<number>();
    for (const endpoint of [...cluster, ...local]) {
      const id = slotIds.get(endpointName(endpoint));
      if (id === undefined || written.has(id)) continue;
      written.add(id);
      this.#add("slots", number(id), endpointData(endpoint, this.#family));
    }
  }

  #allow(frontend: Frontend, cidr: string): void {
    const range = cidrRange(cidr, this.#family);
    const bytes = addressBytes(this.#family);
    const key = this.#key(frontend.address, frontend.port, bytes);
    const keyEnd = key.slice();
    key.set(range.first, key.length - bytes);
    keyEnd.set(range.last, key.length - bytes);
    this.elements.push({ set: "allowed", element: { key, keyEnd } });
  }

  #ending(outcome: Outcome): Class {
    switch (outcome) {
      case "refuse":
        return { kind: "refuse" };
      case "drop":
        return { kind: "blackhole" };
      default:
        return classOf(this.#port, outcome);
    }
  }

  #class(set: string, key: Uint8Array, kind: Class): void {
    this.#add(set, key, number(this.#numbers.numberOf(kind)));
  }

  #add(set: string, key: Uint8Array, data: Uint8Array): void {
    this.elements.push({ set, element: { key, data } });
  }

  #key(address: string, portNumber: number, moreBytes = 0): Uint8Array {
    const { protocol } = this.#port.plan;
    return frontendKey({ address, protocol, port: portNumber }, this.#family, moreBytes);
  }
}

function entrance(plan: PortPlan): Class {
  if (plan.external === "refuse") return { kind: "refuse" };
  return { kind: plan.externalLocal ? "external-local" : "external" };
}

function twice(address: string, family: IpFamily): Uint8Array {
  const bytes = addressBytes(family);
  const key = new Uint8Array(2 * bytes);
  writeAddress(key, 0, address, family);
  key.copyWithin(bytes, 0, bytes);
  return key;
}
