import { readFileSync } from "node:fs";
import { labStatus, notUp } from "#lab/machine/control/client.ts";
import { filesOf } from "#lab/machine/files.ts";
import type { CommandIo } from "../contract.ts";

/** The path, for `export KUBECONFIG=$(fairlead lab kubeconfig)`, or the text. */
export async function printKubeconfig(
  folder: string,
  isRaw: boolean,
  io: CommandIo,
): Promise<number> {
  if ((await labStatus(folder)) === undefined) throw notUp(folder);
  const { kubeconfig } = filesOf(folder);
  io.stdout.write(isRaw ? readFileSync(kubeconfig).toString() : `${kubeconfig}\n`);
  return 0;
}
