import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { withBundledWorkers, workerFiles } from "./workers.ts";

const workers: Plugin = {
  name: "workers",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: withBundledWorkers(readFileSync(path, "utf8")),
      loader: "ts",
    }));
  },
};

/** How the command line and its workers become JavaScript, wherever it goes. */
export function bundleOptions(root: string): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: ["cli/main.ts", ...workerFiles(root)],
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: `node${readFileSync(join(root, ".node-version"), "utf8").trim()}`,
    // Names stay readable in the stack traces of the log.
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: true,
    plugins: [workers],
    logLevel: "warning",
  };
}
