/**
 * Keeps the answer table equal to the cluster state: each change set is turned into the names of the services it
 * touches, and no others. One publisher per kubernetes directive.
 */
import type { ChangeSet, ClusterState, Service } from "#cluster/contract.ts";
import type { AnswerTable } from "../../answers/table.ts";
import { isSubdomain, nameToWire } from "../../wire/name.ts";
import { reverseName } from "../../wire/reverse.ts";
import { isWithin, longestZone } from "../zones.ts";
import {
  compileDeferred,
  compileEmpty,
  compileName,
  compilePointers,
  hasRoom,
  inZone,
  type ZoneTarget,
} from "./compile.ts";
import type { KubernetesOptions, PublishedNames } from "./contract.ts";
import { Exposure } from "./exposure.ts";
import { isLabel } from "./labels.ts";
import { ReverseIndex } from "./reverse-index.ts";
import { serviceNames } from "./service-names.ts";
import {
  forEachPointer,
  nothingPublished,
  type Publication,
  publicationOf,
} from "./service-publication.ts";
import { isServiceChangeVisible, isSliceChangeVisible } from "./visible.ts";
import { isReverseZone } from "./zones.ts";

interface ServiceKey {
  readonly namespace: string;
  readonly name: string;
}

interface ForwardZone extends ZoneTarget {
  /** Other zones of the directive below this one: names in them are theirs. */
  readonly inner: readonly string[];
}

const holds = ({ name, inner }: ForwardZone, owner: string): boolean =>
  hasRoom(owner, name) && !isWithin(inZone(owner, name), inner);

export class Publisher implements PublishedNames {
  readonly #state: ClusterState;
  readonly #table: AnswerTable;
  readonly #options: KubernetesOptions;
  readonly #exposure: Exposure;
  readonly #zones: readonly ZoneTarget[];
  readonly #forwardZones: readonly ForwardZone[];
  readonly #published = new Map<string, Publication>();
  readonly #reverse = new ReverseIndex();
  /** Services published per namespace: a namespace name exists while its object or one of these does. */
  readonly #servicesIn = new Map<string, number>();
  readonly #clockSeconds: () => number;

  constructor(
    state: ClusterState,
    table: AnswerTable,
    options: KubernetesOptions,
    clockSeconds: () => number,
  ) {
    this.#state = state;
    this.#table = table;
    this.#options = options;
    this.#exposure = new Exposure(state, options);
    this.#clockSeconds = clockSeconds;
    this.#zones = options.zones.map((name, index) => ({
      index,
      name,
      ttlSeconds: options.ttlSeconds,
    }));
    this.#forwardZones = this.#zones
      .filter((zone) => !isReverseZone(zone.name))
      .map((zone) => ({
        ...zone,
        inner: options.zones.filter(
          (other) => other !== zone.name && isSubdomain(other, zone.name),
        ),
      }));
  }

  /** Publishes what the state holds already and follows it from then on. Returns the way to stop. */
  start(): () => void {
    this.#publishFixedNames();
    for (const namespace of this.#state.namespaces.values()) this.#publishNamespace(namespace.name);
    for (const service of this.#state.services.values()) this.#publishService(service);
    this.#commit();
    this.#state.onSynced(() => this.#table.markSynced());
    return this.#state.onChange((changeSet) => this.#follow(changeSet));
  }

  pointers(address: string): readonly string[] {
    const { primaryZone } = this.#options;
    return this.#reverse.pointers(address).filter((owner) => hasRoom(owner, primaryZone));
  }

  endpointNames(address: string): readonly string[] {
    return this.#reverse.endpointNames(address);
  }

  namespaceExists(namespace: string): boolean {
    return this.#exposure.exists(namespace) || (this.#servicesIn.get(namespace) ?? 0) > 0;
  }

  #follow({ changes }: ChangeSet): void {
    const services = new Map<string, ServiceKey>();
    const touch = (namespace: string, name: string): unknown =>
      name === "" || services.set(`${namespace}/${name}`, { namespace, name });
    const { Service, EndpointSlice, Namespace } = changes;
    if (Service !== undefined) {
      for (const { namespace, name } of Service.added) touch(namespace, name);
      for (const { after } of Service.updated.filter(isServiceChangeVisible))
        touch(after.namespace, after.name);
      for (const { namespace, name } of Service.removed) touch(namespace, name);
    }
    if (EndpointSlice !== undefined) {
      for (const { namespace, serviceName } of EndpointSlice.added) touch(namespace, serviceName);
      for (const { before, after } of EndpointSlice.updated.filter(isSliceChangeVisible)) {
        touch(before.namespace, before.serviceName);
        touch(after.namespace, after.serviceName);
      }
      for (const { namespace, serviceName } of EndpointSlice.removed) touch(namespace, serviceName);
    }
    if (Namespace !== undefined) {
      const names = [...Namespace.added, ...Namespace.removed].map(({ name }) => name);
      for (const name of names) this.#publishNamespace(name);
      // With namespace_labels a namespace comes and goes while its services stay in the state.
      if (this.#options.namespaceLabelSelector !== undefined) {
        const changed = new Set(names);
        for (const { namespace, name } of this.#state.services.values())
          if (changed.has(namespace)) touch(namespace, name);
      }
    }
    if (services.size === 0 && Namespace === undefined) return;
    for (const key of services.values()) this.#republish(key);
    this.#commit();
  }

  #commit(): void {
    this.#table.setSerial(this.#clockSeconds());
    this.#table.reclaim();
  }

  #publishFixedNames(): void {
    for (const zone of this.#zones) this.#table.set(compileDeferred(zone.name, zone.index));
    for (const zone of this.#forwardZones) {
      for (const owner of ["svc", "pod", "dns"]) {
        if (holds(zone, owner)) this.#table.set(compileEmpty(inZone(owner, zone.name), zone.index));
      }
      for (const owner of ["dns-version", "ns.dns"]) {
        if (!holds(zone, owner)) continue;
        this.#table.set(compileDeferred(inZone(owner, zone.name), zone.index));
      }
    }
  }

  #republish({ namespace, name }: ServiceKey): void {
    const service = this.#state.services.get(namespace, name);
    if (service === undefined || !this.#exposure.exposes(namespace))
      this.#replace(namespace, name, nothingPublished);
    else this.#publishService(service);
  }

  #publishService(service: Service): void {
    if (!this.#exposure.exposes(service.namespace)) return;
    const slices = this.#state.slicesOfService(service.namespace, service.name);
    const names = serviceNames(service, slices, this.#options);
    for (const records of names) {
      for (const zone of this.#forwardZones) {
        if (holds(zone, records.owner)) this.#table.set(compileName(records, zone));
      }
    }
    this.#replace(service.namespace, service.name, publicationOf(service, names));
  }

  /** Takes over what is published now: removes names that are gone, and rewrites the reverse names touched. */
  #replace(namespace: string, name: string, now: Publication): void {
    const key = `${namespace}/${name}`;
    const before = this.#published.get(key) ?? nothingPublished;
    const kept = new Set(now.owners);
    for (const owner of before.owners) if (!kept.has(owner)) this.#deleteOwner(owner);

    const index = this.#reverse;
    forEachPointer(before.clusterIPs, (address, owner) => index.removeClusterIP(address, owner));
    forEachPointer(before.endpoints, (address, owner) => index.removeEndpoint(address, owner));
    forEachPointer(now.clusterIPs, (address, owner) => index.addClusterIP(address, owner));
    forEachPointer(now.endpoints, (address, owner) => index.addEndpoint(address, owner));
    this.#publishPointers(before.clusterIPs, before.endpoints, now.clusterIPs, now.endpoints);

    if (now.owners.length > 0) this.#published.set(key, now);
    else this.#published.delete(key);
    const change = Number(now.owners.length > 0) - Number(before.owners.length > 0);
    if (change === 0) return;
    this.#servicesIn.set(namespace, (this.#servicesIn.get(namespace) ?? 0) + change);
    this.#publishNamespace(namespace);
  }

  #deleteOwner(owner: string): void {
    for (const zone of this.#forwardZones) {
      if (holds(zone, owner)) this.#table.delete(nameToWire(inZone(owner, zone.name)));
    }
  }

  #publishPointers(...lists: readonly (readonly string[])[]): void {
    const addresses = new Set<string>();
    for (const pairs of lists) forEachPointer(pairs, (address) => addresses.add(address));
    for (const address of addresses) {
      const name = reverseName(address);
      const zone = this.#zoneOf(name);
      // The apex of a zone that is one address has more than its PTR: the slow path knows all of it.
      if (zone === undefined || zone.name === name) continue;
      const owners = this.pointers(address);
      if (owners.length === 0) this.#table.delete(nameToWire(name));
      else {
        const targets = owners.map((owner) => inZone(owner, this.#options.primaryZone));
        this.#table.set(compilePointers(name, targets, zone));
      }
    }
  }

  /** The longest of the zones that holds the name. */
  #zoneOf(name: string): ZoneTarget | undefined {
    const longest = longestZone(this.#options.zones, name);
    return this.#zones.find((zone) => zone.name === longest);
  }

  #publishNamespace(namespace: string): void {
    if (!isLabel(namespace)) return;
    const exists = this.namespaceExists(namespace);
    const parents = this.#options.pods === "disabled" ? ["svc"] : ["svc", "pod"];
    for (const zone of this.#forwardZones) {
      for (const parent of parents) {
        if (!holds(zone, `${namespace}.${parent}`)) continue;
        const name = inZone(`${namespace}.${parent}`, zone.name);
        if (exists) this.#table.set(compileEmpty(name, zone.index));
        else this.#table.delete(nameToWire(name));
      }
    }
  }
}
