/**
 * What of an object's words can stand in a name. The API server sees to most of it, but not to all (the name of a
 * port may fill a label, and then has no room for its underscore), and manifests have no API server. Pure.
 */
import { nameToWire } from "../../wire/name.ts";
import { WireError } from "../../wire/wire-error.ts";

/** True for one label as the published names have it: lower case, at most 63 bytes (RFC 1035 §2.3.4). */
export const isLabel = (text: string): boolean => /^[a-z0-9_-]{1,63}$/.test(text);

/** True for absolute text that has a wire form. */
export function isEncodable(name: string): boolean {
  try {
    nameToWire(name);
    return true;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}
