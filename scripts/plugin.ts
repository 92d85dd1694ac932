/**
 * Writes the CNI plugin as a process of its own that starts fast, for machines without a C compiler: one file of
 * JavaScript, which is kept compiled beside it, koffi's native half, and `fairlead`, which starts them where they lie and
 * may be copied into a runtime's folder. Usage: node scripts/plugin.ts [DIRECTORY] (default: dist/plugin)
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

const { errno } = constants;
const root = join(import.meta.dirname, "..");

/** What stands in the file in place of a module: each takes Node up to four milliseconds where it is imported. */
const standIns: ReadonlyMap<string, string> = new Map([
  // It looks for its native half in a dozen places.
  ["koffi", 'process.dlopen(module, __dirname + "/koffi.node");'],
  ["node:timers/promises", late("node:timers/promises", "setTimeout", "setImmediate")],
  // The file is for this machine.
  [
    "node:os",
    `exports.constants = ${JSON.stringify({ errno })};${late("node:os", "networkInterfaces")}`,
  ],
  // Of the thread that a process of one call does not start.
  ["node:worker_threads", "exports.Worker = undefined;"],
]);

/** Functions of a module that is loaded when one of them is called. */
function late(module: string, ...names: readonly string[]): string {
  return names
    .map((name) => `exports.${name} = (...words) => require("${module}").${name}(...words);`)
    .join("");
}

const withStandIns: Plugin = {
  name: "stand-ins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./, namespace: "file" }, ({ path }) =>
      standIns.has(path) ? { path, namespace: "stand-in" } : undefined,
    );
    onLoad({ filter: /./, namespace: "stand-in" }, ({ path }) => ({
      contents: standIns.get(path) ?? "",
    }));
  },
};

/**
 * V8 as it is best for a single call, a sixth of the time: it compiles nothing for speed, has room enough to collect no
 * garbage, and does not hash the strings of its snapshot anew: that is against strings that are chosen to collide, and
 * what comes in here is root's.
 */
const nodeFlags = "--jitless --min-semi-space-size=4 --no-rehash-snapshot";

/** The kernel starts it as `env -S NODE FLAGS PATH`, where PATH ends in the name of a plugin type. */
function firstLine(): string {
  const line = `#!/usr/bin/env -S "${process.execPath}" ${nodeFlags}`;
  if (Buffer.byteLength(line) < 256) return line;
  throw new Error(`the kernel reads 255 bytes of a first line, and this one is longer: ${line}`);
}

const shared = {
  absWorkingDir: root,
  platform: "node",
  target: `node${readFileSync(join(root, ".node-version"), "utf8").trim()}`,
  minify: true,
  charset: "ascii",
  logLevel: "warning",
} as const;

async function write(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    ...shared,
    entryPoints: ["cni/plugin/main.ts"],
    outfile: join(folder, "plugin.cjs"),
    bundle: true,
    format: "cjs",
    define: { "import.meta.url": "undefined" },
    plugins: [withStandIns],
  });
  const platform = `${process.platform}_${process.arch}`;
  const native = `@koromix/koffi-${platform.replace("_", "-")}/${platform}/koffi.node`;
  copyFileSync(join(root, "node_modules", native), join(folder, "koffi.node"));
  // For where it is called through a link, from within a package of ES modules.
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  const program = join(folder, "fairlead");
  await build({
    ...shared,
    entryPoints: ["scripts/plugin/start.cjs"],
    outfile: program,
    define: { __dirname: JSON.stringify(folder) },
    banner: { js: firstLine() },
  });
  chmodSync(program, 0o755);
}

await write(resolve(process.argv[2] ?? join(root, "dist/plugin")));
