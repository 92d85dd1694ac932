import type { CniVersion } from "../contract.ts";

/** All versions this plugin speaks, oldest first. */
export const supportedVersions: readonly CniVersion[] = [
  "0.1.0",
  "0.2.0",
  "0.3.0",
  "0.3.1",
  "0.4.0",
  "1.0.0",
  "1.1.0",
];

export function isSupported(version: string): version is CniVersion {
  return supportedVersions.some((known) => known === version);
}

export function isAtLeast(version: CniVersion, other: CniVersion): boolean {
  return supportedVersions.indexOf(version) >= supportedVersions.indexOf(other);
}
