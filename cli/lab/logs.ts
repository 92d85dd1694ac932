import { readdirSync, readFileSync } from "node:fs";
import { notUp } from "#lab/machine/control/client.ts";
import { filesOf } from "#lab/machine/files.ts";
import { FairleadError } from "#observe/errors.ts";
import type { CommandIo } from "../contract.ts";

export async function printLogs(
  folder: string,
  process: string | undefined,
  io: CommandIo,
): Promise<number> {
  const files = filesOf(folder);
  const names = logsIn(files.logs);
  if (names === undefined) throw notUp(folder);
  if (process === undefined) {
    io.stdout.write(`${names.join("\n")}\n`);
    return 0;
  }
  if (!names.includes(process))
    throw new FairleadError("FL-U001", `no log of ${process}; there are ${names.join(", ")}`);
  io.stdout.write(readFileSync(files.log(process), "utf8"));
  return 0;
}

function logsIn(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder)
      .map((name) => name.replace(/\.log$/, ""))
      .sort();
  } catch {
    return undefined;
  }
}
