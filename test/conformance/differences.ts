import { cases } from "./cases/index.ts";
import { protocolCases } from "./cases/protocol.ts";
import { unsyncedCases } from "./cases/unsynced.ts";
import type { Case, Expectation } from "./contract.ts";

/** One line of docs/differences-from-coredns.md. */
export interface DifferenceRow {
  readonly row: string;
  readonly question: string;
  readonly coredns: string;
  readonly fairlead: string;
  readonly why: string;
}

/** Every row of the table on which Fairlead answers otherwise than CoreDNS, on purpose. */
export function differences(): DifferenceRow[] {
  return [...[...cases, ...unsyncedCases].flatMap(ofNames), ...ofMessages()];
}

function ofNames(row: Case): DifferenceRow[] {
  const { coredns } = row;
  if (coredns === undefined) return [];
  const config = row.config === undefined ? "" : ` (${row.config})`;
  const spelling = coredns.inMixedCase === true ? ", asked in mixed case" : "";
  return [
    {
      row: row.row,
      question: `${row.ask}${config}${spelling}`,
      coredns: inWords(coredns),
      fairlead: inWords(row),
      why: coredns.why,
    },
  ];
}

function inWords({ rcode = "NOERROR", answer }: Expectation): string {
  const sections = answer === undefined ? [] : [...new Set(answer.match(/(?<= IN )\w+/g))];
  if (sections.length > 0) return `${rcode}, ${sections.join(" and ")}`;
  return rcode === "NOERROR" ? "NODATA" : rcode;
}

function ofMessages(): DifferenceRow[] {
  return protocolCases.flatMap(({ row, expect, coredns }) =>
    coredns === undefined
      ? []
      : [
          {
            row,
            question: "message as bytes",
            coredns: statusOf(coredns.expect),
            fairlead: statusOf(expect),
            why: coredns.why,
          },
        ],
  );
}

/** The rcode, with what is said of OPT. */
function statusOf(text: string | undefined): string {
  if (text === undefined) return "silence";
  const rcode = /^;; \S+ (\S+)/.exec(text)?.[1] ?? "";
  const edns = /^;; edns version 0 (.*)$/m.exec(text)?.[1];
  const options = /^;; options (.*)$/m.exec(text)?.[1];
  return [
    rcode,
    ...(edns === undefined ? [] : [`OPT ${edns}`]),
    ...(options === undefined ? [] : [`option ${options} echoed`]),
  ].join(", ");
}
