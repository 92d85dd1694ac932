import type { Query } from "../../contract.ts";
import {
  badValue,
  type Clause,
  readInteger,
  readOneOf,
  takeArguments,
} from "../../corefile/arguments.ts";
import type { Token } from "../../corefile/contract.ts";
import type { Edns, EdnsOption } from "../../wire/contract.ts";
import type { ResponseStep, Rule } from "./contract.ts";
import { type OptionData, readLocalData, subnetData } from "./edns-option.ts";

const FORM = "edns0 local|nsid|subnet set|append|replace|unset ... [revert]";
const NSID = 3;
const SUBNET = 8;
/** Of the OPT that a query without one gets, as in CoreDNS. */
const PAYLOAD_BYTES = 4096;

type Action = "set" | "append" | "replace" | "unset";

/** Adds, changes or removes an option of the query. */
export function readEdnsRule(clause: Clause): Omit<Rule, "continues"> {
  const args = takeArguments(clause, FORM, { min: 2 });
  const [option, action, ...words] = args;
  if (option === undefined || action === undefined) throw new RangeError("too few words");
  const name = readOneOf(lower(option), "edns0", ["local", "nsid", "subnet"]);
  const does = readOneOf(lower(action), "edns0", ["set", "append", "replace", "unset"]);
  const revert = does !== "unset" && words.at(-1)?.text === "revert";
  const values = {
    position: clause.position,
    name: `edns0 ${name} ${does}`,
    args: revert ? words.slice(0, -1) : words,
  };
  const { code, data } = readers[name](values, does);
  return { rewrite: (query) => edit(query, does, { code, data, revert }) };
}

const lower = (token: Token): Token => ({ ...token, text: token.text.toLowerCase() });

interface OptionRule {
  readonly code: number;
  readonly data: OptionData;
}

const none: OptionData = () => new Uint8Array();

const readers: Readonly<
  Record<"local" | "nsid" | "subnet", (clause: Clause, action: Action) => OptionRule>
> = {
  local(clause, action) {
    const count = action === "unset" ? 1 : 2;
    const form = action === "unset" ? `${clause.name} CODE` : `${clause.name} CODE DATA [revert]`;
    const [code, data] = takeArguments(clause, form, { min: count, max: count });
    if (code === undefined) throw new RangeError("too few words");
    return { code: readOptionCode(code), data: data === undefined ? none : readLocalData(data) };
  },
  nsid(clause) {
    takeArguments(clause, clause.name, { max: 0 });
    return { code: NSID, data: none };
  },
  subnet(clause, action) {
    const count = action === "unset" ? 0 : 2;
    const form = action === "unset" ? clause.name : `${clause.name} IPV4BITS IPV6BITS [revert]`;
    const [v4, v6] = takeArguments(clause, form, { min: count, max: count });
    if (v4 === undefined || v6 === undefined) return { code: SUBNET, data: none };
    const bits = (token: Token, max: number) => readInteger(token, clause.name, { min: 0, max });
    return { code: SUBNET, data: subnetData(bits(v4, 32), bits(v6, 128)) };
  },
};

function readOptionCode(token: Token): number {
  const code = /^(?:0x[0-9a-f]+|\d+)$/i.test(token.text) ? Number(token.text) : Number.NaN;
  if (code <= 0xffff) return code;
  throw badValue(token, "edns0 local", "is no option code; it should look like 0xffee or 65518");
}

function edit(
  query: Query,
  action: Action,
  { code, data, revert }: OptionRule & { readonly revert: boolean },
) {
  const edns = query.message.edns ?? newEdns();
  const { options } = edns;
  const at = options.findIndex((option) => option.code === code);
  const old = options[at];
  if (action === "unset") {
    const left = options.filter((option) => option.code !== code);
    return { query: withOptions(query, edns, left), steps: [] };
  }
  if (old === undefined ? action === "replace" : action === "append") return undefined;
  const value = data(query);
  if (value === undefined) return undefined;
  const option = { code, data: value };
  const changed = old === undefined ? [...options, option] : options.with(at, option);
  return {
    query: withOptions(query, edns, changed),
    steps: revert ? [restoreOption(code, old)] : [],
  };
}

const newEdns = (): Edns => ({
  version: 0,
  udpPayloadBytes: PAYLOAD_BYTES,
  dnssecOk: false,
  options: [],
});

function withOptions(query: Query, edns: Edns, options: readonly EdnsOption[]): Query {
  return { ...query, message: { ...query.message, edns: { ...edns, options } } };
}

/** What the response says of the option is replaced by what the client sent, or left out. */
function restoreOption(code: number, old: EdnsOption | undefined): ResponseStep {
  return (response) => {
    if (response.edns === undefined) return response;
    const options = response.edns.options.flatMap((option) =>
      option.code !== code ? [option] : old === undefined ? [] : [old],
    );
    return { ...response, edns: { ...response.edns, options } };
  };
}
