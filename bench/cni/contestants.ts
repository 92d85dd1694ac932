import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findCniPlugins } from "#test/support/capabilities.ts";
import { runPinned, versionOf } from "../child.ts";
import type { Arena } from "../contract.ts";
import { everyCpu } from "./caller.ts";
import type { Contestant } from "./contract.ts";
import { aProcess, emptyProcess, fairlead, reference } from "./words.ts";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** As Debian has them. */
const referenceFolder = findCniPlugins() ?? "/usr/lib/cni";
/** What the programs of a runtime mostly get: the reference starts iptables. */
const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

export const referencePlugins = {
  name: reference,
  /** Undefined when they are not installed. */
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholder
  version: () => versionOf("dpkg-query", ["-W", "-f", "${Version}", reference], /^(\d\S*)/),
};

/** Undefined when it is not installed. */
export function referenceContestant(): Contestant | undefined {
  const program = join(referenceFolder, "bridge");
  if (!existsSync(program)) return undefined;
  return { name: reference, program, folder: referenceFolder, env };
}

/** The shim, built as `make shim` does it, in front of the agent of that socket. */
export async function shimContestant(arena: Arena, socket: string): Promise<Contestant> {
  const folder = await arena.directory();
  const program = join(folder, "bridge");
  await runPinned(path("../../scripts/shim.sh"), [program], { cpu: everyCpu });
  const own = { FAIRLEAD_CNI_SOCKET: socket, FAIRLEAD_CNI_PENDING: join(folder, "pending") };
  return { name: fairlead, program, folder, env: { ...env, ...own } };
}

/** The plugin as a process of its own, as scripts/plugin.ts writes it. */
export async function processContestant(arena: Arena): Promise<Contestant> {
  const folder = await arena.directory();
  await runPinned(process.execPath, [path("../../scripts/plugin.ts"), folder], { cpu: everyCpu });
  const program = join(folder, "bridge");
  symlinkSync(join(folder, "fairlead"), program);
  return { name: aProcess, program, folder, env };
}

/** Node started as `plugin` starts it, to end at once. */
export async function emptyContestant(arena: Arena, plugin: Contestant): Promise<Contestant> {
  const folder = await arena.directory();
  const program = join(folder, "bridge");
  const [firstLine] = readFileSync(plugin.program, "utf8").split("\n", 1);
  writeFileSync(program, `${firstLine}\nprocess.reallyExit(0);\n`, { mode: 0o755 });
  return { name: emptyProcess, program, folder, env };
}
