import { lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { ConfigError } from "../containers/config-error.ts";
import type { Mount } from "../containers/contract.ts";
import { expand } from "../containers/expand.ts";
import type { Container, VolumeMount } from "../contract.ts";

/** @param volumes folders or files of the node by name of the volume; @throws ConfigError */
export function volumeMounts(
  { volumeMounts: mounts = [] }: Container,
  volumes: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string>>,
): readonly Mount[] {
  return mounts
    .map((mount) => mountOf(mount, volumes, env))
    .toSorted((one, other) => one.target.length - other.target.length);
}

function mountOf(
  mount: VolumeMount,
  volumes: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string>>,
): Mount {
  const folder = volumes.get(mount.name);
  if (folder === undefined) throw new ConfigError(`volume "${mount.name}" is not in spec.volumes`);
  const subPath =
    mount.subPathExpr === undefined ? (mount.subPath ?? "") : expand(mount.subPathExpr, env);
  const source = subPath === "" ? folder : below(folder, subPath);
  return {
    source,
    target: posix.join("/", mount.mountPath).replace(/(.)\/$/, "$1"),
    isFile: !statSync(source).isDirectory(),
    readOnly: mount.readOnly ?? false,
    // "Bidirectional" as well: what a container mounts stays in it.
    followsNode: (mount.mountPropagation ?? "None") !== "None",
  };
}

/** A subPath as it is now: it does not follow later versions of the volume, as in Kubernetes. */
function below(folder: string, subPath: string): string {
  const path = join(folder, subPath);
  if (posix.relative(folder, path).startsWith(".."))
    throw new ConfigError(`the subPath "${subPath}" leaves its volume`);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined)
    mkdirSync(path, { recursive: true });
  return realpathSync(path);
}
