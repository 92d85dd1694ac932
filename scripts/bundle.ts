/**
 * Writes the bundle that the image carries: JavaScript of the command line and of each worker thread, koffi, the one
 * package with native code, and the CNI plugin that the agent installs, a static program, beside it. Usage: node scripts/bundle.ts [DIRECTORY] (default: dist/bundle)
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { build } from "esbuild";
import manifest from "../package.json" with { type: "json" };
import { bundleOptions } from "./bundle/options.ts";

const root = join(import.meta.dirname, "..");

/** Packages with CommonJS inside ask for what modules do not have. */
const commonJs = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

async function bundle(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    ...bundleOptions(root),
    outdir: folder,
    external: ["koffi"],
    banner: { js: commonJs },
  });
  const { name, version, license, type } = manifest;
  const koffi = { koffi: manifest.dependencies.koffi };
  writeFileSync(
    join(folder, "package.json"),
    `${JSON.stringify({ name, version, license, type, dependencies: koffi }, null, 2)}\n`,
  );
  cpSync(join(root, "deploy/fairlead"), join(folder, "fairlead"));
  copyKoffi(folder);
  execFileSync(join(root, "scripts/shim.sh"), [join(folder, "shim/fairlead")], {
    stdio: "inherit",
  });
}

/** What koffi loads at run time on this machine's kind, and its licence: not its sources, nor the build for musl. */
function copyKoffi(folder: string): void {
  const loaded = new Set([".js", ".cjs", ".json", ".node", ".txt"]);
  const unused = /\/(?:vendor|doc|musl_\w+|cnoke\.cjs|CMakeLists\.txt)$/;
  const packages = ["koffi", `@koromix/koffi-${process.platform}-${process.arch}`];
  for (const path of packages.map((name) => join("node_modules", name))) {
    mkdirSync(join(folder, path), { recursive: true });
    cpSync(join(root, path), join(folder, path), {
      recursive: true,
      filter: (source) =>
        !unused.test(source) && (extname(source) === "" || loaded.has(extname(source))),
    });
  }
}

await bundle(resolve(process.argv[2] ?? join(root, "dist/bundle")));
