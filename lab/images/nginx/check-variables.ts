import type { Directive } from "./contract.ts";
import { Emergency } from "./errors.ts";
import { variablesIn } from "./template.ts";
import { isBuiltIn } from "./variables.ts";

/**
 * Sees that every variable is one of nginx, of a `set`, of a `map` or a group of a regular expression.
 * @throws Emergency naming the variable, file and line
 */
export function checkVariables(directives: readonly Directive[]): void {
  const own = new Set(directives.flatMap(namesMadeBy));
  const check = (directive: Directive): void => {
    for (const name of textsOf(directive).flatMap(variablesIn))
      if (!/^\d$/.test(name) && !own.has(name) && !isBuiltIn(name))
        throw Emergency.at(directive, `unknown "${name}" variable`);
    if (directive.name !== "types") for (const inner of directive.block ?? []) check(inner);
  };
  for (const directive of directives) check(directive);
}

function namesMadeBy({ name, args, block = [] }: Directive): readonly string[] {
  const [first = "", second = ""] = args;
  const made = name === "set" ? [first.slice(1)] : name === "map" ? [second.slice(1)] : [];
  const groups = args.flatMap((arg) =>
    [...arg.matchAll(/\(\?P?<(\w+)>/g)].map(([, group = ""]) => group),
  );
  return [...made, ...groups, ...block.flatMap(namesMadeBy)];
}

/** Arguments that are no regular expression, whose "$" is its end. */
function textsOf({ name, args }: Directive): readonly string[] {
  if (name === "location" || name === "server_name") return [];
  if (name === "rewrite") return args.slice(1);
  const operator = args.findIndex((arg) => /^!?~\*?$/.test(arg));
  return operator < 0 ? args : args.slice(0, operator);
}
