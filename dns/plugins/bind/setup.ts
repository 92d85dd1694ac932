import { networkInterfaces } from "node:os";
import type { Plugin } from "../../contract.ts";
import { readOptions, takeArguments } from "../../corefile/arguments.ts";
import type { Directive } from "../../corefile/contract.ts";
import { CorefileError } from "../../corefile/errors.ts";
import { addressesOf, type Interfaces } from "./interfaces.ts";

const NAME = "bind";

export const plugin: Plugin = {
  name: NAME,
  repeated: "accumulates",
  setup(directives) {
    // Interfaces are looked at when the Corefile is loaded, so that a reload finds their new addresses.
    const interfaces = networkInterfaces();
    const hosts = new Set(directives.flatMap((directive) => readAddresses(directive, interfaces)));
    const [first] = directives;
    if (hosts.size === 0 && first !== undefined) {
      throw new CorefileError(
        "FL-D012",
        first.position,
        "'bind' leaves no address to listen on: except takes them all away",
      );
    }
    return { name: NAME, fastPath: { kind: "transparent" }, listener: { hosts: [...hosts] } };
  },
};

/** The addresses of one directive, without those it excepts. */
export function readAddresses(directive: Directive, interfaces: Interfaces): readonly string[] {
  const form = "ADDRESS|INTERFACE...";
  const except = new Set<string>();
  readOptions(directive, {
    except: (option) => {
      for (const word of takeArguments(option, `except ${form}`, { min: 1 }))
        for (const address of addressesOf(word, interfaces)) except.add(address);
    },
  });
  return takeArguments(directive, `${NAME} ${form}`, { min: 1 })
    .flatMap((word) => addressesOf(word, interfaces))
    .filter((address) => !except.has(address));
}
