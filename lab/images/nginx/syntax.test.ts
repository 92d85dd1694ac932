import { expect, test } from "vitest";
import type { Directive } from "./contract.ts";
import { parseConfiguration } from "./syntax.ts";

/** A tree in one line: name, arguments in quotes, block in braces, and the line of each directive. */
const shown = (directives: readonly Directive[]): string =>
  directives
    .map(({ name, args, block, line }) => {
      const words = [name, ...args.map((arg) => JSON.stringify(arg))].join(" ");
      return `${words}@${line}${block === undefined ? "" : ` { ${shown(block)} }`}`;
    })
    .join("; ");

test.each([
  ["", ""],
  ["user nginx;", 'user "nginx"@1'],
  ["# remark ; {\nuser nginx; # more\n", 'user "nginx"@2'],
  ["http { server { listen 80; } }", 'http@1 { server@1 { listen "80"@1 } }'],
  ["a 'one two' \"three;\";", 'a "one two" "three;"@1'],
  ['a \'it\\\'s\' "\\\\d" "\\t";', 'a "it\'s" "\\\\d" "\\t"@1'],
  ["location ~ \\.php$ { }", 'location "~" "\\\\.php$"@1 {  }'],
  ["location /{return 200;}", 'location "/"@1 { return "200"@1 }'],
  [`a $\{b}c$d;`, `a "$\{b}c$d"@1`],
  ["a b#c;", 'a "b#c"@1'],
  ["log_format main 'x'\n  'y';\nb;", 'log_format "main" "x" "y"@1; b@3'],
  ["a 'two\nlines';\nb;", 'a "two\\nlines"@1; b@3'],
])("%j", (text, tree) => {
  expect(shown(parseConfiguration(text, "f"))).toBe(tree);
});
