/**
 * Writes the CNI plugin as a process of its own that starts fast, for machines without a C compiler: one file of
 * JavaScript, which is kept compiled beside it, koffi's native half, and `fairlead`, which starts it where it lies and
 * may be copied into a runtime's folder. Usage: node scripts/plugin.ts [DIRECTORY] (default: dist/plugin)
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

const root = join(import.meta.dirname, "..");

/** koffi looks for its native half in a dozen places, which takes as long as half of Node's own start. */
const nativeKoffi: Plugin = {
  name: "koffi",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^koffi$/ }, () => ({ path: "koffi", namespace: "native" }));
    onLoad({ filter: /^koffi$/, namespace: "native" }, () => ({
      contents: 'process.dlopen(module, __dirname + "/koffi.node");',
    }));
  },
};

/** The kernel starts it as `NODE START NAME`: no shell comes before. */
const launcher = (folder: string): string =>
  `#!${process.execPath} ${join(folder, "start.cjs")}\nFairlead CNI plugin\n`;

async function write(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ["cni/plugin/main.ts"],
    outfile: join(folder, "plugin.cjs"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: `node${readFileSync(join(root, ".node-version"), "utf8").trim()}`,
    minifyWhitespace: true,
    minifySyntax: true,
    charset: "ascii",
    // Of the thread that a process of one call does not start.
    define: { "import.meta.url": "undefined" },
    plugins: [nativeKoffi],
    logLevel: "warning",
  });
  const platform = `${process.platform}_${process.arch}`;
  const native = `@koromix/koffi-${platform.replace("_", "-")}/${platform}/koffi.node`;
  copyFileSync(join(root, "node_modules", native), join(folder, "koffi.node"));
  copyFileSync(join(root, "scripts/plugin/start.cjs"), join(folder, "start.cjs"));
  writeFileSync(join(folder, "fairlead"), launcher(folder), { mode: 0o755 });
}

await write(resolve(process.argv[2] ?? join(root, "dist/plugin")));
