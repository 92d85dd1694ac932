import type { Directive } from "./contract.ts";
import { Emergency } from "./errors.ts";

/** Of PCRE what JavaScript writes alike, and two forms that it does not: `(?i)` at the start, and `(?P<name>`. */
export function regex(text: string, flags: string, directive: Directive): RegExp {
  const [, rest] = /^\(\?i\)(.*)$/s.exec(text) ?? [];
  const source = (rest ?? text).replaceAll("(?P<", "(?<");
  try {
    return new RegExp(source, rest === undefined ? flags : "i");
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw Emergency.at(directive, `pcre2_compile() failed: ${words}`);
  }
}
