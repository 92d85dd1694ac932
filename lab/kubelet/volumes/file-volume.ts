import type { FileSource, Volume } from "../contract.ts";
import type { FileVolume } from "./contract.ts";

/** The volume as a list of sources; undefined for one that is a folder of the node. */
export function fileVolumeOf(volume: Volume): FileVolume | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) return single({ configMap }, configMap.defaultMode);
  if (secret !== undefined)
    return single({ secret: { ...secret, name: secret.secretName } }, secret.defaultMode);
  if (downwardAPI !== undefined) return single({ downwardAPI }, downwardAPI.defaultMode);
  if (projected === undefined) return undefined;
  return { sources: projected.sources ?? [], defaultMode: projected.defaultMode ?? defaultMode };
}

const defaultMode = 0o644;

function single(source: FileSource, mode = defaultMode): FileVolume {
  return { sources: [source], defaultMode: mode };
}

/** Which objects it is made from. */
export function volumeObjectKeys({ sources }: FileVolume): readonly string[] {
  return sources.flatMap(({ configMap, secret }) => [
    ...(configMap === undefined ? [] : [`configmaps/${configMap.name}`]),
    ...(secret === undefined ? [] : [`secrets/${secret.name}`]),
  ]);
}
