/** Worker threads in the sources, and how their files are called in a bundle, where all files lie side by side. */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const workerUrl = /new URL\("(\.{1,2}\/[^"]+)\.ts", import\.meta\.url\)/g;

/** Folders that a bundle may hold code of. */
const product = "{cli,cluster,cni,dns,inspect,lab,linux,node,observe,proxy,web}";

/** The files of the product that some module starts as a thread, as paths below `root`. */
export function workerFiles(root: string): readonly string[] {
  const sources = globSync(`${product}/**/*.ts`, {
    cwd: root,
    exclude: ["**/*.test.ts", "**/testing/**"],
  });
  const found = sources.flatMap((path) =>
    [...readFileSync(join(root, path), "utf8").matchAll(workerUrl)].map(([, target = ""]) =>
      join(dirname(path), `${target}.ts`),
    ),
  );
  return [...new Set(found)].sort();
}

/** A module's text with the URLs of its workers as they are in the bundle. */
export function withBundledWorkers(text: string): string {
  return text.replaceAll(
    workerUrl,
    (_, target: string) => `new URL("./${basename(target)}.js", import.meta.url)`,
  );
}
