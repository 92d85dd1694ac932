/**
 * Writes the bundle that the image carries: JavaScript of the command line and of each worker thread, koffi, the one
 * package with native code, and the CNI plugin that the agent installs, a static program, beside it. Usage: node scripts/bundle.ts [DIRECTORY] (default: dist/bundle)
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import manifest from "../package.json" with { type: "json" };
import { withBundledWorkers, workerFiles } from "./bundle/workers.ts";

const root = join(import.meta.dirname, "..");

const workers: Plugin = {
  name: "workers",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: withBundledWorkers(readFileSync(path, "utf8")),
      loader: "ts",
    }));
  },
};

/** Packages with CommonJS inside ask for what modules do not have. */
const commonJs = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

async function bundle(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ["cli/main.ts", ...workerFiles(root)],
    outdir: folder,
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: `node${readFileSync(join(root, ".node-version"), "utf8").trim()}`,
    external: ["koffi"],
    // Names stay readable in the stack traces of the log.
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: true,
    banner: { js: commonJs },
    plugins: [workers],
    logLevel: "warning",
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
