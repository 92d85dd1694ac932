import { availableParallelism } from "node:os";
import type { Plugin } from "../../contract.ts";
import { readInteger, readOptions, takeArguments } from "../../corefile/arguments.ts";

const MAX_SOCKETS = 1024;

export const plugin: Plugin = {
  name: "multisocket",
  setup(directives) {
    let sockets = availableParallelism();
    for (const directive of directives) {
      const [count] = takeArguments(directive, "multisocket [NUM_SOCKETS]", { max: 1 });
      if (count !== undefined)
        sockets = readInteger(count, "multisocket", { min: 1, max: MAX_SOCKETS });
      readOptions(directive, {});
    }
    return { name: "multisocket", fastPath: { kind: "transparent" }, listener: { sockets } };
  },
};
