import { linesOf, matches, parseTranscript } from "#test/kubectl/transcript.ts";

/** A command of a document, and the lines that it prints there: "…" stands for any words, or for any lines. */
export interface Typed {
  readonly command: string;
  readonly output: readonly string[];
}

/** What is typed in a Markdown document: blocks fenced as `console`, written as transcripts are. */
export function typedIn(document: string): readonly Typed[] {
  const blocks = [...document.matchAll(/^```console\n(.*?)^```$/gms)].map(([, text = ""]) => text);
  return blocks
    .flatMap(parseTranscript)
    .map(({ command, expected }) => ({ command, output: expected.stdout }));
}

/** Whether a command printed, on either stream, what the document shows. */
export function isShown({ output }: Typed, printed: string): boolean {
  return matches(linesOf(printed), output);
}
