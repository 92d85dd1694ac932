import { dirname, resolve } from "node:path";
import type { Directive, Glob, ReadFile } from "./contract.ts";
import { Emergency } from "./errors.ts";
import { parseConfiguration } from "./syntax.ts";

/**
 * Reads a configuration file and puts in the place of each `include` what it names. A pattern may fit nothing, a name may not.
 * @throws Emergency naming file and line
 */
export function readConfiguration(
  path: string,
  readFile: ReadFile,
  glob: Glob,
): readonly Directive[] {
  const root = dirname(path);
  const read = (file: string, open: readonly string[]): readonly Directive[] => {
    const text = readFile(file);
    if (text === undefined)
      throw new Emergency(`open() "${file}" failed (2: No such file or directory)`);
    return expand(parseConfiguration(text, file), [...open, file]);
  };
  const expand = (
    directives: readonly Directive[],
    open: readonly string[],
  ): readonly Directive[] =>
    directives.flatMap((directive) => {
      if (directive.name === "include") return included(directive, open);
      const { block } = directive;
      return block === undefined ? [directive] : [{ ...directive, block: expand(block, open) }];
    });
  const included = (directive: Directive, open: readonly string[]): readonly Directive[] => {
    const [name, ...more] = directive.args;
    if (name === undefined || more.length > 0)
      throw Emergency.at(directive, 'invalid number of arguments in "include" directive');
    const pattern = resolve(root, name);
    const files = /[*?[]/.test(pattern) ? glob(pattern) : [pattern];
    return files.flatMap((file) => {
      if (open.includes(file)) throw Emergency.at(directive, `"${file}" includes itself`);
      if (readFile(file) === undefined)
        throw Emergency.at(directive, `open() "${file}" failed (2: No such file or directory)`);
      return read(file, open);
    });
  };
  return read(path, []);
}
