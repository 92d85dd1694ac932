import { isIP } from "node:net";
import type { Plugin } from "../../contract.ts";
import { badValue, readOptions, takeArguments } from "../../corefile/arguments.ts";
import type { Token } from "../../corefile/contract.ts";
import { CorefileError } from "../../corefile/errors.ts";

export const plugin: Plugin = {
  name: "bind",
  repeated: "accumulates",
  setup(directives) {
    const hosts = new Set<string>();
    for (const directive of directives) {
      const added = takeArguments(directive, "bind ADDRESS...", { min: 1 }).map(readAddress);
      const except = new Set<string>();
      readOptions(directive, {
        except: (option) => {
          for (const token of takeArguments(option, "except ADDRESS...", { min: 1 }))
            except.add(readAddress(token));
        },
      });
      for (const host of added) if (!except.has(host)) hosts.add(host);
    }
    const [first] = directives;
    if (hosts.size === 0 && first !== undefined) {
      throw new CorefileError(
        "FL-D012",
        first.position,
        "'bind' leaves no address to listen on: except takes them all away",
      );
    }
    return { name: "bind", fastPath: { kind: "transparent" }, listener: { hosts: [...hosts] } };
  },
};

function readAddress(token: Token): string {
  if (isIP(token.text) !== 0) return token.text;
  throw badValue(token, "bind", "is no IP address (names of interfaces are not supported yet)");
}
