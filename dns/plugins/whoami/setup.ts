import type { Plugin } from "../../contract.ts";
import { readOptions, takeArguments } from "../../corefile/arguments.ts";
import { whoamiHandler } from "./handler.ts";

export const plugin: Plugin = {
  name: "whoami",
  repeated: "last-wins",
  setup(directives) {
    for (const directive of directives) {
      takeArguments(directive, "whoami", { max: 0 });
      readOptions(directive, {});
    }
    return { name: "whoami", handler: whoamiHandler, fastPath: { kind: "needs-query" } };
  },
};
