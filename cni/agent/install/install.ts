import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/**
 * Puts a program under these names into a runtime's folder of plugins. Each appears whole at once, and one that runs is
 * replaced, never written into.
 */
export function installPrograms(
  folder: string,
  names: readonly string[],
  program: { readonly path: string },
): void {
  const bytes = readFileSync(program.path);
  for (const name of names) writeAtomically(folder, name, bytes, 0o755);
}

/**
 * The names that a plugin is installed under unless others are asked for: its own, and `loopback` where no other make's
 * is. containerd makes no sandbox without one before 2.0.
 */
export function usualNames(folder: string): readonly string[] {
  return isOfAnotherMake(join(folder, "loopback")) ? ["fairlead"] : ["fairlead", "loopback"];
}

/** The words are those that the shim prints about itself. */
function isOfAnotherMake(path: string): boolean {
  return existsSync(path) && !readFileSync(path).includes("Fairlead CNI plugin");
}

/**
 * Puts a configuration list into a runtime's folder. The draft lies in the same folder, under an ending that runtimes
 * pass over: containerd reads the folder again at a renaming in it, not when a file appears.
 * @returns false where it was there already, to the letter
 */
export function installConfiguration(folder: string, name: string, text: string): boolean {
  if (present(join(folder, name)) === text) return false;
  writeAtomically(folder, name, Buffer.from(text), 0o644);
  return true;
}

function present(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function writeAtomically(folder: string, name: string, bytes: Buffer, mode: number): void {
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `.${name}.${process.pid}.draft`);
  try {
    writeFileSync(draft, bytes, { mode, flush: true });
    renameSync(draft, join(folder, name));
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  const fd = openSync(folder, "r");
  fsyncSync(fd);
  closeSync(fd);
}
