import { join } from "node:path";

/** Of this checkout, or of what was installed. */
export const programFolder = join(import.meta.dirname, "../../..");

/** The bundled program, for the lab's processes and, through lab/images, for its pods. */
export const programVariable = "FAIRLEAD_LAB_PROGRAM";

/** `fairlead` as words of a command line: the bundled one where there is one, the sources else. */
export function fairleadWords(): readonly string[] {
  const program = process.env[programVariable];
  if (program === undefined) return [join(programFolder, "bin/fairlead")];
  return [process.execPath, "--max-semi-space-size=8", program];
}

/** A program of the lab's own, as words of a command line. */
export function labProgram(path: string): readonly string[] {
  return [process.execPath, "--disable-warning=ExperimentalWarning", join(programFolder, path)];
}

/** What the lab's processes find in their environment, whoever started the lab. */
export function environment(): Readonly<Record<string, string>> {
  const program = process.env[programVariable];
  return {
    ...(program === undefined ? {} : { [programVariable]: program }),
    PATH: `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: "/root",
    LANG: "C.UTF-8",
    // Compiled code is shared with bin/fairlead.
    NODE_COMPILE_CACHE:
      process.env.NODE_COMPILE_CACHE ?? join(programFolder, "node_modules/.cache/fairlead"),
  };
}
