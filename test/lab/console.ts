/** What a document shows of a terminal: blocks fenced as `console`, commands behind "$ " and below each what it prints. */

export interface Typed {
  readonly command: string;
  /** Lines of the output: "..." within a line stands for any words, as a line for any number of lines. */
  readonly output: readonly string[];
}

export function typedIn(document: string): readonly Typed[] {
  const blocks = [...document.matchAll(/^```console\n(.*?)^```$/gms)].map(([, text = ""]) => text);
  return blocks.flatMap((text) =>
    text
      .split(/^\$ /m)
      .slice(1)
      .map((piece) => {
        const [command = "", ...output] = piece.trimEnd().split("\n");
        return { command, output };
      }),
  );
}

/** Whether a command printed what the document shows. */
export function isShown(shown: readonly string[], printed: string): boolean {
  return patternOf(shown).test(printed.trimEnd());
}

function patternOf(shown: readonly string[]): RegExp {
  // The lines that "..." stands for end with their line, so that none may be printed where none is shown.
  const lines = shown.map((line, index) => {
    if (line === "...") return index === shown.length - 1 ? "(?:.*\\n?)*" : "(?:.*\\n)*?";
    const text = line.trimEnd().split("...").map(escaped).join(".*");
    return index === shown.length - 1 ? `${text}[ \\t]*` : `${text}[ \\t]*\\n`;
  });
  return new RegExp(`^${lines.join("")}$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
