import type { NeedsQuery, Plugin } from "../../contract.ts";
import type { Rule } from "./contract.ts";
import { RewriteHandler } from "./handler.ts";
import { readRule } from "./options.ts";

const NAME = "rewrite";

export const plugin: Plugin = {
  name: NAME,
  repeated: "accumulates",
  setup(directives, { logger, shared }) {
    const services = { lookup: shared.lookup, logger: logger.child({ plugin: NAME }) };
    const rules = directives.map((directive) => readRule(directive, services));
    return { name: NAME, handler: new RewriteHandler(rules), fastPath: seenBy(rules) };
  },
};

/** A rule behind another sees the name that one made, but only of queries that the other had matched. */
function seenBy(rules: readonly Rule[]): NeedsQuery {
  const kind = "needs-query";
  const zones = rules.flatMap((rule) => rule.zones ?? []);
  return rules.every((rule) => rule.zones !== undefined) ? { kind, zones } : { kind };
}
