/**
 * Transcripts: what someone types at a shell and what comes back, as text.
 *
 *     # a remark
 *     $ kubectl get configmap a -o name
 *     configmap/a
 *     $ kubectl get configmap b
 *     ! Error from server (NotFound): configmaps "b" not found
 *     [1]
 *
 * "> " continues a command, "! " begins a line of the error output, "[1]" is an exit status other than 0. In expected
 * lines "…" stands for any text, and a line of it alone for any lines. Runs of blanks count as one.
 */
export interface Step {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly command: string;
  readonly expected: Outcome;
}

export interface Outcome {
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly status: number;
}

const wildcard = "…";

/** @throws Error for a line before the first command */
export function parseTranscript(text: string): readonly Step[] {
  const steps: { line: number; command: string; expected: Mutable }[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const step = steps.at(-1);
    if (line.startsWith("$ ")) {
      const expected = { stdout: [], stderr: [], status: 0 };
      steps.push({ line: index + 1, command: line.slice(2), expected });
    } else if (line.startsWith("#") || line.trim() === "") {
      // Remarks and blank lines are for people; blank lines of outputs are left out as well.
    } else if (step === undefined) throw new Error(`line ${index + 1} belongs to no command`);
    else if (line.startsWith("> ")) step.command += `\n${line.slice(2)}`;
    else if (line.startsWith("! ")) step.expected.stderr.push(line.slice(2));
    else if (/^\[\d+\]$/.test(line)) step.expected.status = Number(line.slice(1, -1));
    else step.expected.stdout.push(line);
  }
  return steps;
}

interface Mutable {
  stdout: string[];
  stderr: string[];
  status: number;
}

/** Whether lines are as expected. */
export function matches(actual: readonly string[], expected: readonly string[]): boolean {
  if (expected.length === 0) return actual.length === 0;
  const [first, ...rest] = expected;
  if (first.trim() === wildcard)
    return actual.some((_, at) => matches(actual.slice(at), rest)) || rest.length === 0;
  return actual.length > 0 && matchesLine(actual[0], first) && matches(actual.slice(1), rest);
}

/** Lines as they are compared: without blank ones. */
export function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

function matchesLine(actual: string, expected: string): boolean {
  const pattern = squeezed(expected)
    .split(wildcard)
    .map((part) => RegExp.escape(part))
    .join(".*");
  return new RegExp(`^${pattern}$`).test(squeezed(actual));
}

function squeezed(line: string): string {
  return line.replace(/\s+/g, " ").trimEnd();
}
