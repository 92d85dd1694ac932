import type { Nftables, Operation, Refusal, TableId } from "#linux/nft/contract.ts";
import type { Attachment, OwnedRules } from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { ownerName } from "../owner-name.ts";
import type { UdpFlows } from "./flows.ts";
import {
  type Note,
  type NotedElement,
  notePieces,
  notesOf,
  ownersSet,
  parseNote,
  pieceCount,
  pieceKey,
  tagOf,
} from "./notes.ts";
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
    const note = await this.#note(table, tagOf(ownerName(owner), kind));
    if (note === undefined) return false;
    return (await this.#present(table, note.elements)).length === note.elements.length;
  }

  async remove(owner: Attachment, kinds: readonly OwnedRules["kind"][]): Promise<void> {
    for (const table of [inetTable, bridgeTable]) {
      const own = kinds.filter((kind) => tableOf(kind) === table);
      if (own.length > 0) await this.#removeIn(table, ownerName(owner), own);
    }
  }

  async ownerNames(): Promise<readonly string[]> {
    const sets = [inetTable, bridgeTable].map((t) => this.#nft.elements(t, ownersSet.name));
    return (await Promise.all(sets)).flatMap(notesOf).map(({ name }) => name);
  }

  close(): Promise<void> {
    return this.#nft.close();
  }

  async #setIn(table: TableId, name: string, rules: readonly OwnedRules[]): Promise<void> {
    const states = rules.map((each) => ({ kind: each.kind, state: ownedState(each) }));
    const added = states.flatMap(({ kind, state }) => additions(name, kind, state));
    const shared = states.flatMap(({ state }) => state.shared);
    await this.#tried(table, async (isDoubtful) => {
      // Mostly the owner has none yet, and all that is shared is there.
      if (!isDoubtful && shared.length === 0) return added;
      const old = await this.#notes(
        table,
        rules.map(({ kind }) => tagOf(name, kind)),
      );
      const parts = states.flatMap(({ state }) => state.parts);
      return [
        ...(isDoubtful ? await this.#missingParts(table, parts) : []),
        ...(await this.#removal(table, old, isDoubtful)),
        ...(await this.#missing(table, shared)).flatMap((each) => addition(each)),
        ...added,
      ];
    });
  }

  async #missingParts(table: TableId, parts: readonly SharedPart[]): Promise<readonly Operation[]> {
    if (parts.length === 0) return [];
    const chains = new Set((await this.#nft.chains(table))?.map(({ name }) => name));
    return parts.filter(({ chain }) => !chains.has(chain)).flatMap((part) => part.operations());
  }

  async #removeIn(
    table: TableId,
    name: string,
    kinds: readonly OwnedRules["kind"][],
  ): Promise<void> {
    let removed: readonly Note[] = [];
    await this.#tried(table, async (isDoubtful) => {
      removed = await this.#notes(
        table,
        kinds.map((kind) => tagOf(name, kind)),
      );
      return this.#removal(table, removed, isDoubtful);
    });
    this.#flows.forget(removed.flatMap(({ elements }) => elements).flatMap(udpPort));
  }

  /** Elements of notes, and the notes. What somebody else removed is passed over once there is doubt. */
  async #removal(
    table: TableId,
    notes: readonly Note[],
    isDoubtful: boolean,
  ): Promise<readonly Operation[]> {
    const noted = notes.flatMap(({ elements }) => elements);
    const present = isDoubtful ? await this.#present(table, noted) : noted;
    return [...present.map(deletion), ...notes.flatMap(noteDeletions)];
  }

  async #notes(table: TableId, tags: readonly string[]): Promise<readonly Note[]> {
    const notes = await Promise.all(tags.map((tag) => this.#note(table, tag)));
    return notes.filter((note) => note !== undefined);
  }

  async #note(table: TableId, tag: string): Promise<Note | undefined> {
    const piece = async (index: number): Promise<string> =>
      (await this.#nft.element(table, ownersSet.name, pieceKey(tag, index)))?.comment ?? "";
    const first = await piece(0);
    const rest = Array.from({ length: Math.max(0, pieceCount(first) - 1) }, (_, at) =>
      piece(at + 1),
    );
    return parseNote([first, ...(await Promise.all(rest))]);
  }

  async #present(
    table: TableId,
    elements: readonly NotedElement[],
  ): Promise<readonly NotedElement[]> {
    const found = await Promise.all(
      elements.map(({ set, key }) => this.#nft.element(table, set, key)),
    );
    return elements.filter((_, index) => found[index] !== undefined);
  }

  async #missing(
    table: TableId,
    elements: readonly OwnedElement[],
  ): Promise<readonly OwnedElement[]> {
    const found = await Promise.all(
      elements.map(({ set, element }) => this.#nft.element(table, set, element.key)),
    );
    return elements.filter((_, index) => found[index] === undefined);
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
    // Somebody was quicker with a shared chain.
    if (errnoName === "EEXIST" && at?.kind === "addChain") return true;
    if (errnoName !== "ENOENT") return false;
    const made = await this.#nft.commit({ table, operations: layoutOf(table) });
    return made.ok;
  }

  /** Takes the element from the attachment that had it, which is gone: the address is another's now. */
  async #evict(table: TableId, set: string, key: Uint8Array): Promise<boolean> {
    // What the owner itself has is replaced.
    if (set === ownersSet.name) return true;
    const found = await this.#nft.element(table, set, key);
    if (found === undefined) return true;
    const note = found.comment === undefined ? undefined : await this.#note(table, found.comment);
    if (note !== undefined && set.startsWith("hostports") && this.#isAlive(note.name))
      throw new CniError(
        105,
        `runtimeConfig.portMappings: host port ${portIn(key)} is taken by ${note.name.slice("cni/".length)}`,
        "choose another hostPort, or remove that container",
      );
    const operations = [
      deletion({ set, key }),
      ...(note === undefined ? [] : without(note, set, key)),
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
  const noted = elements.map(({ set, element: { key } }) => ({ set, key }));
  return [
    noteAddition({ name, kind, elements: noted }),
    ...elements.flatMap((each) => addition(each, tagOf(name, kind))),
  ];
}

function noteAddition(note: Note): Operation {
  return { kind: "addElements", set: ownersSet.name, elements: notePieces(note) };
}

function noteDeletions(note: Note): readonly Operation[] {
  return notePieces(note).map(({ key }) => deletion({ set: ownersSet.name, key }));
}

/** The note without the one element, or none where there is no other. */
function without(note: Note, set: string, key: Uint8Array): readonly Operation[] {
  const elements = note.elements.filter((each) => each.set !== set || hex(each.key) !== hex(key));
  const rest = elements.length === 0 ? [] : [noteAddition({ ...note, elements })];
  return [...noteDeletions(note), ...rest];
}

function deletion({ set, key }: NotedElement): Operation {
  return { kind: "deleteElements", set, elements: [{ key }] };
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

function udpPort({ set, key }: NotedElement): readonly { readonly hostPort: number }[] {
  return set.startsWith("hostports") && key.at(-8) === UDP ? [{ hostPort: portIn(key) }] : [];
}
