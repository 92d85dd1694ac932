import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder of the test's own, removed when it ends. */
export function temporaryFolder(): string {
  const [folder, remove] = createFolder();
  onTestFinished(remove);
  return folder;
}

/** A folder, and what removes it. */
export function createFolder(): readonly [path: string, remove: () => void] {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-cni-"));
  return [folder, () => rmSync(folder, { recursive: true, force: true })];
}

/** The files of a network's lease folder with their text, the lock left out. */
export function filesOf(dataDir: string, network = "net"): Record<string, string> {
  const folder = join(dataDir, network);
  const names = readdirSync(folder).filter((name) => name !== "lock");
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
