import type { SharedServices } from "../contract.ts";

/** Makes what is asked for by a key on first use. The key names the type: every caller of one key makes the same. */
export function onceByKey(): SharedServices["once"] {
  const made = new Map<string, unknown>();
  return <T>(key: string, make: () => T): T => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as T;
  };
}
