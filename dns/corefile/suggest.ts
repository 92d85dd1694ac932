/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}

/** The accepted word that was probably meant: it starts so, or at most a third of its letters differ. */
export function nearest(word: string, accepted: readonly string[]): string | undefined {
  const start = accepted.find((candidate) => word.length > 2 && candidate.startsWith(word));
  if (start !== undefined) return start;
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of accepted) {
    const distance = editDistance(word.toLowerCase(), candidate);
    if (distance > Math.max(1, Math.floor(candidate.length / 3))) continue;
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}

/** The end of a sentence about a word nobody knows: the near miss, then all that is accepted. */
export function acceptedWords(word: string, accepted: readonly string[]): string {
  if (accepted.length === 0) return "nothing is accepted here";
  const near = nearest(word, accepted);
  const question = near === undefined ? "" : `did you mean '${near}'? `;
  return `${question}accepted: ${accepted.join(", ")}`;
}
