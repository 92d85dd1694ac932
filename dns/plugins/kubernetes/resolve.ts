/**
 * The slow path's answer to one question, evaluated from the cluster state through the same serviceNames() that the
 * answer table is compiled from. Pure but for reading the state.
 */
import type { ClusterState } from "#cluster/contract.ts";
import { RecordClass, RecordType } from "../../wire/constants.ts";
import type { ResourceRecord } from "../../wire/contract.ts";
import { foldName, labelCount, labelsOf } from "../../wire/name.ts";
import { addressOfReverseName } from "../../wire/reverse.ts";
import { inZone } from "./compile.ts";
import type { KubernetesOptions, NameRecords, PublishedNames } from "./contract.ts";
import { isIPv6 } from "./endpoints.ts";
import { Exposure } from "./exposure.ts";
import { podAddress } from "./pod-names.ts";
import { serviceNames } from "./service-names.ts";
import { isReverseZone } from "./zones.ts";

/** What a question comes to. `alias` asks the caller to look the target up and append what it finds. */
export type Resolution =
  | { readonly kind: "nxdomain" }
  | { readonly kind: "nodata" }
  | { readonly kind: "alias"; readonly record: ResourceRecord; readonly target: string }
  | {
      readonly kind: "records";
      readonly answers: readonly ResourceRecord[];
      readonly additionals: readonly ResourceRecord[];
    };

export interface ResolveContext {
  readonly state: ClusterState;
  readonly options: KubernetesOptions;
  readonly published: PublishedNames;
  /** Addresses this server answers on: they find the Service it stands behind (NS and ns.dns). */
  readonly localAddresses: readonly string[];
}

interface ServerName {
  /** Relative to the zone. */
  readonly owner: string;
  readonly address: string;
}

const NXDOMAIN: Resolution = { kind: "nxdomain" };
const NODATA: Resolution = { kind: "nodata" };
const SCHEMA_VERSION = "1.1.0";
const SCHEMA_TTL_SECONDS = 28_800;
const DEFAULT_NAME_SERVER = "ns.dns";

const recordsOf = (
  answers: readonly ResourceRecord[],
  additionals: readonly ResourceRecord[] = [],
): Resolution => (answers.length === 0 ? NODATA : { kind: "records", answers, additionals });

function addressRecord(name: string, address: string, ttlSeconds: number): ResourceRecord {
  return { name, class: RecordClass.IN, ttlSeconds, type: isIPv6(address) ? "AAAA" : "A", address };
}

/** One question below one zone. */
export class Resolver {
  readonly #context: ResolveContext;
  readonly #exposure: Exposure;

  constructor(context: ResolveContext) {
    this.#context = context;
    this.#exposure = new Exposure(context.state, context.options);
  }

  /**
   * @param name the name asked, in its case
   * @param zone the zone of the directive that holds it, lower case
   */
  resolve(name: string, type: number, zone: string): Resolution {
    const labels = labelsOf(foldName(name)).slice(0, labelCount(name) - labelCount(zone));
    const zoneAsAsked = name.slice(name.length - zone.length);
    const address = addressOfReverseName(name);
    if (labels.length === 0) {
      if (type === RecordType.NS) return this.#nameServers(zoneAsAsked);
      // A reverse zone may be one address alone.
      const isPointer = type === RecordType.PTR && address !== undefined;
      return isPointer ? recordsOf(this.#pointerRecords(name, address)) : NODATA;
    }
    if (address !== undefined) return this.#pointers(name, type, address);
    if (isReverseZone(zone)) return NXDOMAIN;
    const parent = labels.at(-1);
    if (parent === "svc") return this.#inServices(labels, name, type, zoneAsAsked);
    if (parent === "pod") return this.#inPods(labels, name, type);
    return this.#fixedName(labels.join("."), name, type);
  }

  #fixedName(owner: string, name: string, type: number): Resolution {
    const { ttlSeconds } = this.#context.options;
    if (owner === "dns") return NODATA;
    if (owner === DEFAULT_NAME_SERVER) {
      const servers = this.#ownAddresses().map(({ address }) => address);
      return recordsOf(
        ofType(servers, type).map((address) => addressRecord(name, address, ttlSeconds)),
      );
    }
    if (owner !== "dns-version") return NXDOMAIN;
    if (type !== RecordType.TXT) return NODATA;
    const head = { name, class: RecordClass.IN, ttlSeconds: SCHEMA_TTL_SECONDS };
    return recordsOf([{ ...head, type: "TXT", texts: [SCHEMA_VERSION] }]);
  }

  #inServices(labels: readonly string[], name: string, type: number, zone: string): Resolution {
    if (labels.length === 1) return NODATA;
    const namespace = labels.at(-2) as string;
    if (!this.#exposure.exposes(namespace)) return NXDOMAIN;
    const { published } = this.#context;
    if (labels.length === 2) return published.namespaceExists(namespace) ? NODATA : NXDOMAIN;
    const records = this.#namesOfService(namespace, labels.at(-3) as string);
    const found = findOwner(records, labels);
    return found === undefined ? NXDOMAIN : this.#answer(found, name, type, zone);
  }

  #answer(records: NameRecords, name: string, type: number, zone: string): Resolution {
    const { ttlSeconds } = this.#context.options;
    const head = { name, class: RecordClass.IN, ttlSeconds };
    if (records.cname !== undefined) {
      const record: ResourceRecord = { ...head, type: "CNAME", target: records.cname };
      if (type === RecordType.CNAME) return recordsOf([record]);
      const chased = type === RecordType.A || type === RecordType.AAAA;
      return chased ? { kind: "alias", record, target: records.cname } : NODATA;
    }
    if (type === RecordType.SRV) {
      const answers = records.srv.map(({ weight, port, target }): ResourceRecord => {
        return { ...head, type: "SRV", priority: 0, weight, port, target: inZone(target, zone) };
      });
      const additionals = records.targets.map(({ target, address }) =>
        addressRecord(inZone(target, zone), address, ttlSeconds),
      );
      return recordsOf(answers, additionals);
    }
    const addresses = ofType([...records.v4, ...records.v6], type);
    return recordsOf(addresses.map((address) => addressRecord(name, address, ttlSeconds)));
  }

  #inPods(labels: readonly string[], name: string, type: number): Resolution {
    const { options, published, state } = this.#context;
    if (labels.length === 1) return NODATA;
    const namespace = labels.at(-2) as string;
    if (options.pods === "disabled" || !published.namespaceExists(namespace)) return NXDOMAIN;
    if (labels.length === 2) return NODATA;
    if (labels.length > 3) return NXDOMAIN;
    const address = podAddress(labels[0] as string);
    if (address === undefined) return NXDOMAIN;
    if (
      options.pods === "verified" &&
      !state.podsByAddress(address).some((pod) => pod.namespace === namespace)
    ) {
      return NXDOMAIN;
    }
    const answers = ofType([address], type).map((found) =>
      addressRecord(name, found, options.ttlSeconds),
    );
    return recordsOf(answers);
  }

  #pointers(name: string, type: number, address: string): Resolution {
    const records = this.#pointerRecords(name, address);
    if (records.length === 0) return NXDOMAIN;
    return type === RecordType.PTR ? recordsOf(records) : NODATA;
  }

  #pointerRecords(name: string, address: string): ResourceRecord[] {
    const { primaryZone, ttlSeconds } = this.#context.options;
    const head = { name, class: RecordClass.IN, ttlSeconds };
    return this.#context.published.pointers(address).map((owner): ResourceRecord => {
      return { ...head, type: "PTR", target: inZone(owner, primaryZone) };
    });
  }

  /** The services this server stands behind, else its own addresses under the default name. */
  #nameServers(zone: string): Resolution {
    const { ttlSeconds } = this.#context.options;
    const servers = this.#ownAddresses();
    const names = [...new Set(servers.map(({ owner }) => inZone(owner, zone)))];
    const answers = names.map((target): ResourceRecord => {
      return { name: zone, class: RecordClass.IN, ttlSeconds, type: "NS", target };
    });
    const glue = servers.map(({ owner, address }) =>
      addressRecord(inZone(owner, zone), address, ttlSeconds),
    );
    return recordsOf(answers, glue);
  }

  #ownAddresses(): readonly ServerName[] {
    const { localAddresses } = this.#context;
    const found = localAddresses.flatMap((address) => this.#serversBehind(address));
    // Several addresses of this machine may stand behind one Service.
    const distinct = new Map(found.map((server) => [`${server.owner} ${server.address}`, server]));
    if (distinct.size > 0) return [...distinct.values()];
    return localAddresses.map((address) => ({ owner: DEFAULT_NAME_SERVER, address }));
  }

  /** Names and addresses of the services that have this address as an endpoint. */
  #serversBehind(address: string): ServerName[] {
    const { published, state } = this.#context;
    return published.endpointNames(address).flatMap((endpointName) => {
      const owner = endpointName.slice(endpointName.indexOf(".") + 1);
      const [name, namespace] = owner.split(".") as [string, string];
      const service = state.services.get(namespace, name);
      if (service === undefined) return [];
      if (!service.headless)
        return service.clusterIPs.map((clusterIP) => ({ owner, address: clusterIP }));
      const endpoints = this.#namesOfService(namespace, name).filter(
        ({ kind }) => kind === "endpoint",
      );
      return endpoints.flatMap(({ owner: host, v4, v6 }) =>
        [...v4, ...v6].map((own) => ({ owner: host, address: own })),
      );
    });
  }

  #namesOfService(namespace: string, name: string): NameRecords[] {
    const { state, options } = this.#context;
    const service = state.services.get(namespace, name);
    if (service === undefined || !this.#exposure.exposes(namespace)) return [];
    return serviceNames(service, state.slicesOfService(namespace, name), options);
  }
}

/** The name among a service's names; port and protocol labels may come without their underscores, as in CoreDNS. */
function findOwner(
  records: readonly NameRecords[],
  labels: readonly string[],
): NameRecords | undefined {
  const asked = labels.join(".");
  const exact = records.find(({ owner }) => owner === asked);
  if (exact !== undefined || labels.length < 4) return exact;
  const below = labels.length - 3;
  const canonical = labels
    .map((label, i) => (i < below && !label.startsWith("_") ? `_${label}` : label))
    .join(".");
  return records.find(
    ({ owner, kind }) => owner === canonical && (kind === "port" || kind === "protocol"),
  );
}

function ofType(addresses: readonly string[], type: number): readonly string[] {
  if (type !== RecordType.A && type !== RecordType.AAAA) return [];
  return addresses.filter((address) => isIPv6(address) === (type === RecordType.AAAA));
}
