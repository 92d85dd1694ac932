import type { Chain, NamedSet, ReadElement, Rule, TableId } from "../contract.ts";
import { formatElements } from "./elements.ts";
import { formatRule } from "./statements.ts";
import { formatDuration } from "./values.ts";

/** A table with all that is in it, in the order in which it was made. */
export interface TableContent {
  readonly id: TableId;
  readonly comment?: string;
  readonly sets: readonly { readonly set: NamedSet; readonly elements: readonly ReadElement[] }[];
  readonly chains: readonly { readonly chain: Chain; readonly rules: readonly Rule[] }[];
}

/** The table as `nft list table` prints it, which `nft -f` reads back. */
export function formatTable({ id, comment, sets, chains }: TableContent): string {
  const blocks = [
    ...sets.map(({ set, elements }) => formatSet(set, elements)),
    ...chains.map(({ chain, rules }) => formatChain(chain, rules, id)),
  ];
  const note = comment === undefined ? "" : `\tcomment "${comment}"\n`;
  return `table ${id.family} ${id.name} {\n${note}${blocks.join("\n")}}\n`;
}

function formatSet(set: NamedSet, elements: readonly ReadElement[]): string {
  const lines = [
    `type ${set.key.join(" . ")}${formatDataType(set)}`,
    ...(set.size === undefined ? [] : [`size ${set.size}`]),
    ...formatFlags(set),
    ...(set.timeout?.defaultMs === undefined
      ? []
      : [`timeout ${formatDuration(set.timeout.defaultMs)}`]),
    ...(set.counter === true ? ["counter"] : []),
    ...(set.comment === undefined ? [] : [`comment "${set.comment}"`]),
    ...(elements.length === 0 ? [] : [`elements = { ${formatElements(set, elements)} }`]),
  ];
  return block(`${set.data === undefined ? "set" : "map"} ${set.name}`, lines);
}

function formatDataType({ data }: NamedSet): string {
  if (data === undefined) return "";
  return ` : ${data === "verdict" ? data : data.join(" . ")}`;
}

/** A default time-out says by itself that elements can lapse. */
function formatFlags({ interval, dynamic, timeout }: NamedSet): readonly string[] {
  const lapses = timeout !== undefined;
  const flags = [
    ...(dynamic === true ? ["dynamic"] : []),
    ...(interval === true ? ["interval"] : []),
    ...(lapses ? ["timeout"] : []),
  ];
  const isSaid = timeout?.defaultMs !== undefined && flags.length === 1;
  return flags.length === 0 || isSaid ? [] : [`flags ${flags.join(",")}`];
}

function formatChain(chain: Chain, rules: readonly Rule[], { family }: TableId): string {
  const { hook } = chain;
  const lines = [
    ...(chain.comment === undefined ? [] : [`comment "${chain.comment}"`]),
    ...(hook === undefined
      ? []
      : [
          `type ${hook.type} hook ${hook.hook} priority ${formatPriority(hook.priority, hook.hook, family)}; policy ${hook.policy};`,
        ]),
    ...rules.map((rule) => formatRule(rule, family)),
  ];
  return block(`chain ${chain.name}`, lines);
}

const priorities: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};
const bridgePriorities: Readonly<Record<string, number>> = {
  dstnat: -300,
  filter: -200,
  out: 100,
  srcnat: 300,
};
/** Names that nft knows on some hooks alone. */
const hooksOf: Readonly<Record<string, readonly string[]>> = {
  dstnat: ["prerouting"],
  srcnat: ["postrouting"],
  out: ["output"],
};
/** How far from a name nft still counts from it. */
const NAMED_DISTANCE = 10;

/** "dstnat", "dstnat + 1", "-99": by the nearest name that is known on the hook. */
function formatPriority(priority: number, hook: string, family: TableId["family"]): string {
  const known = family === "bridge" ? bridgePriorities : priorities;
  const [nearest] = Object.entries(known)
    .filter(([name]) => hooksOf[name]?.includes(hook) ?? true)
    .map(([name, value]) => ({ name, distance: priority - value }))
    .filter(({ distance }) => Math.abs(distance) <= NAMED_DISTANCE)
    .sort((a, b) => Math.abs(a.distance) - Math.abs(b.distance));
  if (nearest === undefined) return String(priority);
  const { name, distance } = nearest;
  if (distance === 0) return name;
  return `${name} ${distance < 0 ? "-" : "+"} ${Math.abs(distance)}`;
}

function block(head: string, lines: readonly string[]): string {
  return `\t${head} {\n${lines.map((line) => `\t\t${line}\n`).join("")}\t}\n`;
}
