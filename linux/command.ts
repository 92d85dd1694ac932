import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Path of a program; also where root's programs are when PATH is a user's. */
export function findCommand(command: string): string | undefined {
  const folders = `${process.env.PATH ?? ""}${delimiter}/usr/sbin${delimiter}/sbin`;
  return findIn(folders.split(delimiter), command);
}

/** Path of the program in the first of the folders that has it. */
export function findIn(folders: readonly string[], command: string): string | undefined {
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
