import type { Nftables, Operation, Refusal, TableId } from "#linux/nft/contract.ts";
import type { Attachment, OwnedRules } from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { ownerName } from "../owner-name.ts";
import type { UdpFlows } from "./flows.ts";
import { emptyNote, type Note, noteOperation, parseNote, tagOf } from "./notes.ts";
import { type OwnedElement, type OwnedState, ownedState, type SharedPart } from "./owned.ts";
import { SharedCommits } from "./shared-commits.ts";
import { bridgeTable, inetTable, layoutOf, tableOf } from "./tables.ts";

export interface RuleKeeperOptions {
  readonly nft: Nftables;
  readonly flows: UdpFlows;
  /** Whether the attachment of that name is still there. */
  isAlive(ownerName: string): boolean;
}

/** How often a transaction is tried that others are in the way of. */
const mostTries = 5;

/** Rules by owner in the CNI's tables, each change within one transaction. */
export class RuleKeeper {
  readonly #nft: Nftables;
  readonly #flows: UdpFlows;
  readonly #isAlive: RuleKeeperOptions["isAlive"];
  readonly #inet: SharedCommits;
  readonly #bridge: SharedCommits;

  constructor({ nft, flows, isAlive }: RuleKeeperOptions) {
    this.#nft = nft;
    this.#inet = new SharedCommits(nft, inetTable);
    this.#bridge = new SharedCommits(nft, bridgeTable);
    this.#flows = flows;
    this.#isAlive = isAlive;
  }

  /** @throws CniError 105 for a host port of another, 103 for what the kernel refuses */
  async set(owner: Attachment, rules: readonly OwnedRules[]): Promise<void> {
    for (const table of [inetTable, bridgeTable]) {
      const own = rules.filter(({ kind }) => tableOf(kind) === table);
      if (own.length > 0) await this.#setIn(table, ownerName(owner), own);
    }
    const hostPorts = rules.filter((each) => each.kind === "host-ports");
    this.#flows.forget(hostPorts.flatMap(({ mappings }) => mappings).filter(isUdp));
  }

  async has(owner: Attachment, kind: OwnedRules["kind"]): Promise<boolean> {
    const table = tableOf(kind);
    const notes = (await this.#notes(table, ownerName(owner))).filter((note) => note.kind === kind);
    const [note] = notes;
    if (note === undefined || note.set === "") return note !== undefined;
    return (await this.#present(table, notes)).length === notes.length;
  }

  async remove(owner: Attachment, kinds: readonly OwnedRules["kind"][]): Promise<void> {
    for (const table of [inetTable, bridgeTable]) {
      const own = kinds.filter((kind) => tableOf(kind) === table);
      if (own.length > 0) await this.#removeIn(table, ownerName(owner), own);
    }
  }

  async ownerNames(): Promise<readonly string[]> {
    const chains = await Promise.all([inetTable, bridgeTable].map((t) => this.#nft.chains(t)));
    return chains.flatMap((each) => each ?? []).map(({ name }) => name);
  }

  close(): Promise<void> {
    return this.#nft.close();
  }

  async #setIn(table: TableId, name: string, rules: readonly OwnedRules[]): Promise<void> {
    const states = rules.map((each) => ({ kind: each.kind, state: ownedState(each) }));
    const added = states.flatMap(({ kind, state }) => additions(name, kind, state));
    const shared = states.flatMap(({ state }) => state.shared);
    const kinds = rules.map(({ kind }) => kind);
    await this.#tried(table, async (isDoubtful) => {
      // Mostly nobody has had the name before, and all that is shared is there.
      if (!isDoubtful && shared.length === 0)
        return [{ kind: "addChain", chain: { name }, exclusive: true }, ...added];
      const old = (await this.#notes(table, name)).filter(({ kind }) => kinds.includes(kind));
      const missing = await this.#missing(table, shared);
      const parts = states.flatMap(({ state }) => state.parts);
      return [
        ...(isDoubtful ? await this.#missingParts(table, parts) : []),
        ...(await this.#removal(table, name, old, isDoubtful)),
        { kind: "addChain", chain: { name } },
        ...missing.flatMap((each) => addition(each)),
        ...added,
      ];
    });
  }

  async #missingParts(table: TableId, parts: readonly SharedPart[]): Promise<readonly Operation[]> {
    if (parts.length === 0) return [];
    const chains = new Set((await this.#nft.chains(table))?.map(({ name }) => name));
    return parts.filter(({ chain }) => !chains.has(chain)).flatMap(({ operations }) => operations);
  }

  async #removeIn(
    table: TableId,
    name: string,
    kinds: readonly OwnedRules["kind"][],
  ): Promise<void> {
    let removed: readonly Note[] = [];
    await this.#tried(table, async (isDoubtful) => {
      const notes = await this.#notes(table, name);
      removed = notes.filter(({ kind }) => kinds.includes(kind));
      if (removed.length === 0) return [];
      const isAll = removed.length === notes.length;
      return [
        ...(await this.#removal(table, name, removed, isDoubtful)),
        ...(isAll ? ([{ kind: "deleteChain", chain: name }] as const) : []),
      ];
    });
    this.#flows.forget(removed.flatMap(udpPort));
  }

  /** Elements of notes, and the notes. What somebody else removed is passed over once there is doubt. */
  async #removal(
    table: TableId,
    chain: string,
    notes: readonly Note[],
    isDoubtful: boolean,
  ): Promise<readonly Operation[]> {
    const present = isDoubtful ? await this.#present(table, notes) : notes;
    return [
      ...present
        .filter(({ set }) => set !== "")
        .map(({ set, key }): Operation => ({ kind: "deleteElements", set, elements: [{ key }] })),
      ...notes.map(({ handle }): Operation => ({ kind: "deleteRule", chain, handle })),
    ];
  }

  async #notes(table: TableId, chain: string): Promise<readonly Note[]> {
    const rules = await this.#nft.rules(table, chain);
    return rules.map(parseNote).filter((note) => note !== undefined);
  }

  async #present(table: TableId, notes: readonly Note[]): Promise<readonly Note[]> {
    const keys = await this.#keys(table, new Set(notes.map(({ set }) => set)));
    return notes.filter(({ set, key }) => keys.has(`${set} ${hex(key)}`));
  }

  async #missing(
    table: TableId,
    elements: readonly OwnedElement[],
  ): Promise<readonly OwnedElement[]> {
    const keys = await this.#keys(table, new Set(elements.map(({ set }) => set)));
    return elements.filter(({ set, element }) => !keys.has(`${set} ${hex(element.key)}`));
  }

  async #keys(table: TableId, sets: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const keys = new Set<string>();
    for (const set of sets)
      if (set !== "") await this.#nft.scan(table, set, ({ key }) => keys.add(`${set} ${hex(key)}`));
    return keys;
  }

  /** Commits what is planned; where it is refused for what is missing or in the way, mends that and plans anew. */
  async #tried(
    table: TableId,
    plan: (isDoubtful: boolean) => Promise<readonly Operation[]>,
  ): Promise<void> {
    for (let tries = 1; ; tries++) {
      const operations = await plan(tries > 1);
      if (operations.length === 0) return;
      const result = await this.#commits(table).commit(operations);
      if (result.ok) return;
      if (result.refusal === undefined) {
        if (tries < mostTries) continue;
        throw new CniError(103, `nf_tables: ${result.unknown}`);
      }
      const { refusal } = result;
      const isMended = tries < mostTries && (await this.#mend(table, operations, refusal));
      if (!isMended) throw refused(operations, refusal);
    }
  }

  #commits({ family }: TableId): SharedCommits {
    return family === "bridge" ? this.#bridge : this.#inet;
  }

  async #mend(
    table: TableId,
    operations: readonly Operation[],
    { errnoName, operation: index }: Refusal,
  ): Promise<boolean> {
    const at = index === undefined ? undefined : operations[index];
    if (errnoName === "EEXIST" && at?.kind === "addElements") {
      const [element] = at.elements;
      return element !== undefined && this.#evict(table, at.set, element.key);
    }
    // The owner's chain was there, or somebody was quicker with a shared one.
    if (errnoName === "EEXIST" && at?.kind === "addChain") return true;
    if (errnoName !== "ENOENT") return false;
    const made = await this.#nft.commit({ table, operations: layoutOf(table) });
    return made.ok;
  }

  /** Takes the element from the attachment that had it, which is gone: the address is another's now. */
  async #evict(table: TableId, set: string, key: Uint8Array): Promise<boolean> {
    const found = (await this.#nft.elements(table, set)).find((each) => hex(each.key) === hex(key));
    if (found === undefined) return true;
    const chains = (await this.#nft.chains(table)) ?? [];
    const name = chains.find((chain) => tagOf(chain.name) === found.comment)?.name;
    if (name !== undefined && set.startsWith("hostports") && this.#isAlive(name))
      throw new CniError(
        105,
        `runtimeConfig.portMappings: host port ${portIn(key)} is taken by ${name.slice("cni/".length)}`,
        "choose another hostPort, or remove that container",
      );
    const notes = name === undefined ? [] : await this.#notes(table, name);
    const stale = notes.filter((note) => note.set === set && hex(note.key) === hex(key));
    const operations: readonly Operation[] = [
      { kind: "deleteElements", set, elements: [{ key }] },
      ...stale.map(({ handle }): Operation => ({ kind: "deleteRule", chain: name ?? "", handle })),
    ];
    await this.#nft.commit({ table, operations });
    return true;
  }
}

function additions(
  name: string,
  kind: OwnedRules["kind"],
  { elements }: OwnedState,
): readonly Operation[] {
  return [
    ...elements.flatMap((each) => addition(each, tagOf(name))),
    ...elements.map((each) => noteOperation(name, kind, each)),
    ...(elements.length === 0 ? [emptyNote(name, kind)] : []),
  ];
}

function addition({ set, element }: OwnedElement, comment?: string): readonly Operation[] {
  const commented = comment === undefined ? element : { ...element, comment };
  return [{ kind: "addElements", set, elements: [commented] }];
}

function refused(operations: readonly Operation[], refusal: Refusal): CniError {
  const { operation, errnoName, message } = refusal;
  const what = operation === undefined ? "a transaction" : operations[operation]?.kind;
  return new CniError(103, `nf_tables refused ${what}: ${errnoName}`, message);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const UDP = 17;
const isUdp = ({ protocol }: { readonly protocol: string }): boolean => protocol === "udp";

/** The key of a host port ends with protocol and port, each padded to 4 bytes. */
const portIn = (key: Uint8Array): number => ((key.at(-4) ?? 0) << 8) | (key.at(-3) ?? 0);

function udpPort({ set, key }: Note): readonly { readonly hostPort: number }[] {
  return set.startsWith("hostports") && key.at(-8) === UDP ? [{ hostPort: portIn(key) }] : [];
}
