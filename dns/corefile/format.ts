import type { Corefile, Line, ServerBlock } from "./contract.ts";

const INDENT = "  ";

/**
 * A Corefile as text that parses to the same: imports and environment variables stand in it as what they meant, and
 * every address names its scheme and port. Words that no Corefile can hold as they are (a blank with a backslash before
 * a quote) come out as something else.
 */
export function formatCorefile({ blocks }: Corefile): string {
  return blocks.map(formatBlock).join("\n");
}

function formatBlock({ addresses, directives }: ServerBlock): string {
  const names = addresses.map(({ scheme, zone, port }) => `${scheme}://${zone}:${port}`);
  const body = directives.map(({ name, args, block, position }) =>
    formatLine(
      {
        position,
        words: [{ ...position, text: name }, ...args],
        ...(block.length === 0 ? {} : { block }),
      },
      INDENT,
    ),
  );
  return `${names.join(" ")} {\n${body.join("")}}\n`;
}

function formatLine({ words, block }: Line, indent: string): string {
  const text = `${indent}${words.map((word) => formatWord(word.text)).join(" ")}`;
  if (block === undefined) return `${text}\n`;
  const body = block.map((line) => formatLine(line, indent + INDENT)).join("");
  return `${text} {\n${body}${indent}}\n`;
}

/** In quotes where it would be more than one word, a brace, a comment or an import. */
function formatWord(text: string): string {
  const isPlain = /^[^\s"#{}()][^\s#]*$/.test(text) && text !== "import";
  return isPlain ? text : `"${text.replaceAll('"', '\\"')}"`;
}
