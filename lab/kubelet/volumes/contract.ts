/** Volumes of files that come from the API: configMap, secret, downwardAPI and projected. */
import type { KubeObject } from "../../apiserver/contract.ts";
import type { FileSource } from "../contract.ts";

export interface VolumeFile {
  readonly content: Buffer;
  readonly mode: number;
}

/** By path relative to the volume. */
export type VolumeFiles = ReadonlyMap<string, VolumeFile>;

/** A volume of any of the four kinds as the list of its sources. */
export interface FileVolume {
  readonly sources: readonly FileSource[];
  readonly defaultMode: number;
}

/** Objects by "configmaps/NAME" and "secrets/NAME"; undefined for one that there is none of. */
export type VolumeObjects = ReadonlyMap<string, KubeObject | undefined>;
