import { join } from "node:path";

/** Of this checkout, or of what was installed. */
export const programFolder = join(import.meta.dirname, "../../..");
export const fairlead = join(programFolder, "bin/fairlead");

/** A program of the lab's own, as words of a command line. */
export function labProgram(path: string): readonly string[] {
  return [process.execPath, "--disable-warning=ExperimentalWarning", join(programFolder, path)];
}

/** What the lab's processes find in their environment, whoever started the lab. */
export function environment(): Readonly<Record<string, string>> {
  return {
    PATH: `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: "/root",
    LANG: "C.UTF-8",
    // Compiled code is shared with bin/fairlead.
    NODE_COMPILE_CACHE:
      process.env.NODE_COMPILE_CACHE ?? join(programFolder, "node_modules/.cache/fairlead"),
  };
}
