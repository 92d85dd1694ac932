/**
 * Garbage collections that `node --trace-gc` has reported, counted by isolate in order of first appearance. The main
 * thread's isolate comes first, as loading a server fills its young generation many times before a worker starts;
 * every worker has one of its own.
 */
export function countCollections(output: string): readonly number[] {
  const counts = new Map<string, number>();
  for (const [, isolate = ""] of output.matchAll(/^\[\d+:(0x[0-9a-f]+)[^\]]*\] +\d+ ms: /gm)) {
    counts.set(isolate, (counts.get(isolate) ?? 0) + 1);
  }
  return [...counts.values()];
}
