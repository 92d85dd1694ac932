/** The program that calls plugins as a runtime does, and how it is built and read. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FairleadError } from "#observe/errors.ts";
import type { Place } from "#test/topology/contract.ts";
import { runPinned } from "../child.ts";
import type { Arena } from "../contract.ts";
import type { Attacher, Call, Called, Contestant } from "./contract.ts";

export const everyCpu = [0, 1];
const flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-static"];

/** Compiles a program of the repository, which goes with the arena. Gives its path. */
export async function compiled(arena: Arena, source: string, name: string): Promise<string> {
  const path = join(await arena.directory(), name);
  const file = fileURLToPath(new URL(source, import.meta.url));
  await runPinned("cc", [...flags, "-o", path, file], { cpu: everyCpu });
  return path;
}

/** A contestant with its configuration in a place, called by the compiled caller. */
export function attacherIn(
  place: Place,
  caller: string,
  { name, program, folder, env }: Contestant,
  configFile: string,
): Attacher {
  const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  return {
    name,
    async call(groups) {
      const input = groups.map((group) => `${group.map(line).join("")}\n`).join("");
      const words = [program, configFile, folder, ...variables];
      return (await place.run(caller, words, input)).trimEnd().split("\n").map(read);
    },
  };
}

const line = ({ command, id, netns }: Call): string => `${command} ${id} ${netns}\n`;

function read(text: string): Called {
  const [, microseconds, status, stdout] = /^(\d+) (\d+) ?(.*)$/.exec(text) ?? [];
  if (stdout === undefined) throw new FairleadError("FL-B001", `the caller printed ${text}`);
  return { tookMs: Number(microseconds) / 1000, status: Number(status), stdout };
}

/** @throws FairleadError FL-B001 with what the plugin said when one of the calls failed */
export function succeeded(name: string, calls: readonly Called[]): readonly Called[] {
  const failed = calls.find(({ status }) => status !== 0);
  if (failed === undefined) return calls;
  throw new FairleadError("FL-B001", `${name} failed: ${failed.stdout}`);
}
