/** Longest pattern that is compiled, as CoreDNS has it. */
export const MAX_PATTERN_CHARS = 10_000;

const INLINE_FLAGS = /^\(\?([imsU]+)\)/;

/**
 * Compiles a regular expression as Go writes it: the flags i, m and s may stand in front as `(?i)`, named groups as
 * `(?P<name>...)`. Go's engine has neither look-around nor back-references, so its patterns are JavaScript's as well.
 *
 * @throws SyntaxError for what is no pattern, and for Go's flag U (which has no counterpart)
 */
export function compileGoRegExp(pattern: string): RegExp {
  const [prefix = "", flags = ""] = INLINE_FLAGS.exec(pattern) ?? [];
  if (flags.includes("U")) throw new SyntaxError("the flag U is not supported");
  const body = pattern.slice(prefix.length).replaceAll("(?P<", "(?<");
  return new RegExp(body, [...new Set(flags)].join(""));
}
