import type { NodeSurvey } from "#cni/survey/contract.ts";
import { elementText } from "#cni/survey/rules.ts";
import type { Finding } from "../contract.ts";
import type { Known } from "../known.ts";
import { about, listed, signOfLife } from "./finding.ts";

/** Rules of containers that are gone, elements that no rule names, and rules that lost elements. */
export function ruleFindings(
  survey: NodeSurvey,
  known: ReadonlyMap<string, Known>,
): readonly Finding[] {
  return [
    ...[...known.values()].flatMap((one) => orphanedRules(one)),
    ...[...known.values()].flatMap((one) => incompleteRules(one, survey)),
    ...orphanedElements(survey),
  ];
}

const tableText = (family: string): string => `table ${family} fairlead-cni`;
const ownerText = (family: string, { name }: Known): string =>
  `${tableText(family)} owner cni/${name}`;

function orphanedRules(known: Known): readonly Finding[] {
  const { life, notes, cached, owner } = known;
  if (notes.length === 0 || life.kind === "live") return [];
  // The runtime still owes a DEL for what it keeps.
  if (cached !== undefined && life.kind !== "gone") return [];
  const elements = notes.flatMap((note) => note.elements);
  const isCertain = life.kind === "gone" || life.kind === "unconnected";
  const why = "why" in life ? life.why : "its namespace has neither the interface nor an address";
  return [
    about(known, {
      name: "rules-without-owner",
      object: [...new Set(notes.map(({ family }) => ownerText(family, known)))].join(", "),
      why: `${listed(elements.slice(0, 4).map(elementText)) || "they"} ${elements.length > 4 ? `and ${elements.length - 4} more ` : ""}are of ${known.name}, but ${why}`,
      remedy: isCertain
        ? "remove them"
        : "if it is gone for certain, let the runtime send DEL or GC",
      fix: isCertain ? { kind: "remove-rules", owner, unless: signOfLife(known) } : undefined,
    }),
  ];
}

function incompleteRules(known: Known, { rules }: NodeSurvey): readonly Finding[] {
  if (known.life.kind !== "live") return [];
  const present = new Set(
    rules.elements.map(({ family, set, keyHex }) => `${family} ${set} ${keyHex}`),
  );
  const missing = known.notes.flatMap(({ family, elements }) =>
    elements.filter(({ set, keyHex }) => !present.has(`${family} ${set} ${keyHex}`)),
  );
  if (missing.length === 0) return [];
  return [
    about(known, {
      name: "rules-incomplete",
      object: ownerText("inet", known),
      why: `${listed(missing.map(elementText))} should be there and is not`,
      remedy: "make the pod anew",
    }),
  ];
}

function orphanedElements({ rules }: NodeSurvey): readonly Finding[] {
  const tags = new Set(rules.owners.map(({ tag }) => tag));
  return rules.elements
    .filter(({ tag }) => !tags.has(tag))
    .map(({ family, set, keyHex, tag }) => ({
      name: "element-without-owner",
      object: `${tableText(family)} element ${elementText({ set, keyHex })}`,
      owner: undefined,
      pod: undefined,
      why:
        tag === ""
          ? "it bears no tag of an owner, as all of ours do"
          : `no note of an owner has the tag "${tag}" that it bears`,
      remedy: `nft delete element ${family} fairlead-cni ${set} { … }`,
      fix: { kind: "remove-element", element: { family, set, keyHex } },
    }));
}
