import { canonicalAddress } from "./address.ts";
import type { Fields } from "./fields.ts";

/** The address in canonical form; fails naming the field it was read from. */
export function decodeAddress(fields: Fields, name: string, text: string): string {
  return canonicalAddress(text) ?? fields.fail(name, `"${text}" is no IP address`);
}

/** A list of addresses. One that is canonical already is kept as it is, for it is the rule. */
export function decodeAddresses(fields: Fields, name: string): readonly string[] {
  const texts = fields.texts(name);
  let changed: string[] | undefined;
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index] as string; // within the length
    const canonical = decodeAddress(fields, name, text);
    if (canonical === text) continue;
    changed ??= [...texts];
    changed[index] = canonical;
  }
  return changed ?? texts;
}
