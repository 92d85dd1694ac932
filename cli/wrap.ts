const HANGING_INDENT = "  ";

/** Breaks lines at spaces so that none is wider than the terminal; a longer word stays whole. */
export function wrapText(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, columns))
    .join("\n");
}

function wrapLine(line: string, columns: number): string {
  const indent = /^ */.exec(line)?.[0] ?? "";
  const lines: string[] = [];
  let current = "";
  for (const word of line.slice(indent.length).split(" ")) {
    const start = lines.length === 0 ? indent : indent + HANGING_INDENT;
    if (current === "") current = start + word;
    else if (current.length + 1 + word.length <= columns) current += ` ${word}`;
    else {
      lines.push(current);
      current = indent + HANGING_INDENT + word;
    }
  }
  return [...lines, current].join("\n");
}
