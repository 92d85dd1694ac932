import type { CniVersion } from "../contract.ts";
import { CniError, ForeignCniError } from "../errors.ts";
import { isObject } from "../json.ts";
import { isSupported } from "./version.ts";

/** Error number for what is no CniError: as the Go library has it. */
const UNTYPED = 999;

/** An error as it stands on stdout (specification §5, "Error"). */
export function errorDocument(error: unknown, cniVersion: CniVersion = "0.1.0"): object {
  const { code, details } = numbered(error);
  const msg = error instanceof Error ? error.message : String(error);
  return { cniVersion, code, msg, ...(details !== "" && { details }) };
}

function numbered(error: unknown): { readonly code: number; readonly details: string } {
  if (error instanceof CniError) return { code: error.cniCode, details: error.details };
  if (error instanceof ForeignCniError) return { code: error.foreignCode, details: error.details };
  return { code: UNTYPED, details: "" };
}

/** The error's own version: that of the configuration if it can be told, for a runtime that reads no other. */
export function versionOf(text: string): CniVersion | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const version = isObject(value) ? value.cniVersion : undefined;
    return typeof version === "string" && isSupported(version) ? version : undefined;
  } catch {
    return undefined;
  }
}
