import { takeDown } from "#lab/machine/down.ts";
import type { CommandIo } from "../contract.ts";

export async function down(folder: string, io: CommandIo): Promise<number> {
  const startMs = performance.now();
  const wasThere = await takeDown(folder);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  io.stdout.write(
    wasThere
      ? `The lab in ${folder} is gone after ${seconds} s.\n`
      : `There is no lab in ${folder}: nothing to do.\n`,
  );
  return 0;
}
