import { mkdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "../containers/config-error.ts";

/** A path of the node, made when its type says so, without symbolic links. @throws ConfigError when it is not of its type */
export function hostPath(path: string, type = ""): string {
  if (type === "DirectoryOrCreate") mkdirSync(path, { recursive: true, mode: 0o755 });
  if (type === "FileOrCreate") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "", { flag: "a" });
  }
  const stat = statSync(path, { throwIfNoEntry: false });
  const isRight: Readonly<Record<string, boolean | undefined>> = {
    Directory: stat?.isDirectory(),
    File: stat?.isFile(),
    Socket: stat?.isSocket(),
    CharDevice: stat?.isCharacterDevice(),
    BlockDevice: stat?.isBlockDevice(),
  };
  if (isRight[type] === false || (type in isRight && stat === undefined))
    throw new ConfigError(`hostPath type check failed: ${path} is not a ${type.toLowerCase()}`);
  // Without a type nothing is checked; a runtime makes the folder where there is none.
  if (stat === undefined) mkdirSync(path, { recursive: true });
  return realpathSync(path);
}
