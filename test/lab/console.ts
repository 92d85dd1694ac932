/**
 * What a document shows of a terminal: blocks fenced as `console`, commands behind "$ ", their further lines behind "> ",
 * and below each what it prints.
 */

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
        const [first = "", ...below] = piece.trimEnd().split("\n");
        const end = below.findIndex((line) => !line.startsWith("> "));
        const more = end < 0 ? below : below.slice(0, end);
        const command = [first, ...more.map((line) => line.slice(2))].join("\n");
        return { command, output: below.slice(more.length) };
      }),
  );
}

/** Whether a command printed what the document shows; space at the end of lines and empty lines at the end do not count. */
export function isShown(shown: readonly string[], printed: string): boolean {
  const text = printed.replace(/[ \t]+$/gm, "").trimEnd();
  const lines = shown.map((line) =>
    line === "..." ? "(?:.*\n)*?" : `${line.trimEnd().split("...").map(escaped).join(".*")}\n`,
  );
  return new RegExp(`^${lines.join("")}$`).test(text === "" ? "" : `${text}\n`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
