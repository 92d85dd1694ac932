/** A short name for a pod template, the same for equal ones however their fields are ordered. */
const safeLetters = "bcdfghjklmnpqrstvwxz2456789";

/** @param collisions how often the hash met a template that it does not stand for */
export function templateHash(template: object, collisions = 0): string {
  const text = `${canonical(template)}${collisions === 0 ? "" : collisions}`;
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return [...String(hash >>> 0)]
    .map((digit) => safeLetters[digit.charCodeAt(0) % safeLetters.length])
    .join("");
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`;
}
