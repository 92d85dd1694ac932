import type { Nftables, ReadElement, TableId } from "#linux/nft/contract.ts";
import type { IpFamily, PlanEndpoint, PortPlan } from "../contract.ts";
import { layoutMark } from "../layout/base.ts";
import { frontendKey, readEndpoint, readNumber } from "../layout/bytes.ts";
import { fixedChains } from "../layout/chains.ts";
import { lazyClassOf } from "../layout/classes.ts";
import type { EndpointList, LayoutOptions } from "../layout/contract.ts";
import { lazyChain } from "../layout/lazy-chains.ts";
import { indexBase, MAX_SLOTS } from "../layout/numbers.ts";
import type { Places } from "../layout/place.ts";
import { ownSets, packetSets } from "../layout/sets.ts";
import { endpointName } from "../layout/slots.ts";
import { SetDigest } from "./digest.ts";
import { text } from "./element-key.ts";
import type { TableModel } from "./table-model.ts";

/** "absent", "foreign": of another layout or with chains or rules missing, "ours": chains and sets are as this process makes them. */
export type TableKind = "absent" | "foreign" | "ours";

export async function kindOfTable(
  nft: Nftables,
  table: TableId,
  options: LayoutOptions,
): Promise<{ readonly kind: TableKind; readonly chains: readonly string[] }> {
  const chains = (await nft.chains(table))?.map(({ name }) => name);
  if (chains === undefined) return { kind: "absent", chains: [] };
  const present = new Set(chains);
  const wanted = [layoutMark(options), ...fixedChains(options).map(({ chain }) => chain.name)];
  if (!wanted.every((name) => present.has(name))) return { kind: "foreign", chains };
  const lazy = chains.map(lazyClassOf).filter((kind) => kind !== undefined);
  const filled = [...fixedChains(options), ...lazy.map((kind) => lazyChain(kind, options))];
  for (const { chain, rules } of filled)
    if ((await nft.rules(table, chain.name)).length !== rules.length)
      return { kind: "foreign", chains };
  return { kind: "ours", chains };
}

/** What the kernel's sets hold, as digests. Those that have been read are given in `known`. */
export async function readDigests(
  nft: Nftables,
  table: TableId,
  options: LayoutOptions,
  known: KernelDigests = new Map(),
): Promise<KernelDigests> {
  const digests = new Map(known);
  for (const set of ownSets(options))
    if (!digests.has(set)) digests.set(set, await scanDigest(nft, table, set));
  return digests;
}

/** A table as it was at one moment. */
export type TableReading = { readonly generation: number } & (
  | { readonly kind: "absent" }
  | { readonly kind: "foreign" }
  | {
      readonly kind: "ours";
      readonly chains: readonly string[];
      readonly places: KernelPlaces;
      readonly digests: KernelDigests;
    }
);

/** Reads all that a process that has just started wants to know of the table, and the model remembers its numbers. */
export async function readTable(nft: Nftables, model: TableModel): Promise<TableReading> {
  const { table, options } = model;
  // Before the rest: what changes meanwhile makes it out of date.
  const generation = await nft.generation();
  const { kind, chains } = await kindOfTable(nft, table, options);
  if (kind !== "ours") return { generation, kind };
  const { places, digests } = await readPlaces(nft, model);
  return {
    generation,
    kind,
    chains,
    places,
    digests: await readDigests(nft, table, options, digests),
  };
}

/** By the set's name. */
export type KernelDigests = ReadonlyMap<string, SetDigest>;

async function scanDigest(
  nft: Nftables,
  table: TableId,
  set: string,
  visit: (element: ReadElement) => void = () => {},
): Promise<SetDigest> {
  const digest = new SetDigest();
  await nft.scan(table, set, (element) => {
    digest.add(element);
    visit(element);
  });
  return digest;
}

/**
 * Reads numbers and places that an earlier process gave, so that nothing moves that need not. The largest sets are
 * read for it: their digests come with it.
 */
async function readPlaces(
  nft: Nftables,
  model: TableModel,
): Promise<{ readonly places: KernelPlaces; readonly digests: KernelDigests }> {
  const { table, options, numbers, slotIds } = model;
  const places = new KernelPlaces(options.family);
  await nft.scan(table, "classes", ({ key, data }) => {
    if (data !== undefined && "chain" in data) numbers.remember(readNumber(key, 0), data.chain);
  });
  const readers: readonly (readonly [string, (element: ReadElement) => void])[] = [
    ["endpoints", (element) => places.endpoint(element)],
    [
      "slots",
      (element) => {
        slotIds.remember(readNumber(element.key, 0));
        places.slot(element);
      },
    ],
    ["slot_ids", (element) => places.slotId(element)],
  ];
  const digests = new Map<string, SetDigest>();
  for (const [set, visit] of readers) digests.set(set, await scanDigest(nft, table, set, visit));
  for (const set of packetSets)
    await nft.scan(table, set, ({ data }) => {
      if (data instanceof Uint8Array) slotIds.remember(readNumber(data, 0));
    });
  return { places, digests };
}

/** Which backend stood in which slot of which ServicePort. Slots are read before slot_ids. */
class KernelPlaces {
  readonly #family: IpFamily;
  /** By frontend key and list: backend of each slot. */
  readonly #slots = new Map<string, PlanEndpoint[]>();
  readonly #backends = new Map<number, PlanEndpoint>();
  /** By frontend key: slot number by backend. */
  readonly #ids = new Map<string, Map<string, number>>();

  constructor(family: IpFamily) {
    this.#family = family;
  }

  endpoint({ key, data }: ReadElement): void {
    if (data instanceof Uint8Array) this.#stand(key, this.#backend(data));
  }

  slot({ key, data }: ReadElement): void {
    if (data instanceof Uint8Array) this.#backends.set(readNumber(key, 0), this.#backend(data));
  }

  slotId({ key, data }: ReadElement): void {
    if (!(data instanceof Uint8Array)) return;
    const id = readNumber(data, 0);
    const backend = this.#backends.get(id);
    if (backend === undefined) return;
    this.#stand(key, backend);
    const frontend = text(key.subarray(0, key.length - 4));
    const ids = this.#ids.get(frontend) ?? new Map<string, number>();
    this.#ids.set(frontend, ids.set(endpointName(backend), id));
  }

  placesOf(plan: PortPlan): Places | undefined {
    const { clusterIP: address, protocol, port } = plan;
    const frontend = text(frontendKey({ address, protocol, port }, this.#family));
    const cluster = this.#slots.get(slotName(frontend, "cluster"));
    const local = this.#slots.get(slotName(frontend, "local"));
    if (cluster === undefined && local === undefined) return undefined;
    return {
      cluster: withoutHoles(cluster),
      local: withoutHoles(local),
      slotIds: this.#ids.get(frontend) ?? none,
    };
  }

  /** What a slot was given stands for the endpoint of the same address and port; it says nothing more. */
  #backend(data: Uint8Array): PlanEndpoint {
    const { address, port } = readEndpoint(data, this.#family);
    return { address, port, local: false, weight: 1 };
  }

  #stand(key: Uint8Array, backend: PlanEndpoint): void {
    const number = readNumber(key, key.length - 4);
    const list = number >= indexBase("local") ? "local" : "cluster";
    const slot = number - indexBase(list);
    if (slot < 0 || slot >= MAX_SLOTS) return;
    const name = slotName(text(key.subarray(0, key.length - 4)), list);
    const slots = this.#slots.get(name) ?? [];
    slots[slot] = backend;
    this.#slots.set(name, slots);
  }
}

const none: ReadonlyMap<string, number> = new Map();
/** A slot whose element is lost keeps its place as one whose endpoint is gone. */
const gone: PlanEndpoint = { address: "", port: 0, local: false, weight: 0 };

function withoutHoles(slots: readonly (PlanEndpoint | undefined)[] = []): readonly PlanEndpoint[] {
  return Array.from(slots, (slot) => slot ?? gone);
}

function slotName(frontend: string, list: EndpointList): string {
  return `${frontend}${list}`;
}
