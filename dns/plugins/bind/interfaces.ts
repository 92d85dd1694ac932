import { isIP } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";
import { badValue } from "../../corefile/arguments.ts";
import type { Token } from "../../corefile/contract.ts";

/** The machine's interfaces as node:os tells of them: those that are up and have an address. */
export type Interfaces = NodeJS.Dict<readonly NetworkInterfaceInfo[]>;

/**
 * The addresses that a word stands for: itself, or all of the interface's. Link-local IPv6 addresses carry the
 * interface's name (RFC 4007 §11), since they mean nothing without it.
 *
 * @throws CorefileError FL-D012
 */
export function addressesOf(word: Token, interfaces: Interfaces): readonly string[] {
  const found = interfaces[word.text];
  if (found !== undefined) {
    return found.map(({ address, family, scopeid }) =>
      family === "IPv6" && scopeid !== undefined && scopeid !== 0
        ? `${address}%${word.text}`
        : address,
    );
  }
  if (isIP(word.text) !== 0) return [word.text];
  const names = Object.keys(interfaces).join(", ");
  throw badValue(
    word,
    "bind",
    `is no IP address and no interface that has one; there are ${names}`,
  );
}
