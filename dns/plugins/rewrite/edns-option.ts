/** What edns0 rules put into an option. */

import type { Query } from "../../contract.ts";
import { badValue } from "../../corefile/arguments.ts";
import type { Token } from "../../corefile/contract.ts";
import { writeIPv4, writeIPv6 } from "../../wire/address.ts";

/** The data of an option for a query; undefined when the query lacks it, and the rule does not match then. */
export type OptionData = (query: Query) => Uint8Array | undefined;

const METADATA_LABEL = /^\{[^{}/]+\/[^{}]+\}$/;

const variables: Readonly<Record<string, OptionData>> = {
  "{qname}": ({ question }) => Buffer.from(question.name, "latin1"),
  "{qtype}": ({ question }) => u16(question.type),
  "{client_ip}": ({ client }) => addressBytes(client.address),
  "{client_port}": ({ client }) => u16(client.port),
  "{protocol}": ({ transport }) => Buffer.from(transport),
  "{server_ip}": ({ server }) => addressBytes(serverParts(server).host),
  "{server_port}": ({ server }) => u16(serverParts(server).port),
};

/** Text, 0x and hexadecimal digits, or a variable in braces. */
export function readLocalData(token: Token): OptionData {
  const { text } = token;
  if (/^\{.*\}$/.test(text)) {
    const variable = Object.hasOwn(variables, text) ? variables[text] : undefined;
    if (variable !== undefined) return variable;
    // There is no metadata yet: such a rule never matches.
    if (METADATA_LABEL.test(text)) return () => undefined;
    const accepted = Object.keys(variables).join(", ");
    throw badValue(token, "edns0 local", `is no variable; there are ${accepted}`);
  }
  if (!text.startsWith("0x")) return () => Buffer.from(text);
  if (!/^0x(?:[0-9a-f]{2})*$/i.test(text))
    throw badValue(token, "edns0 local", "is no hexadecimal data; it should look like 0xc0a8");
  return () => Buffer.from(text.slice(2), "hex");
}

/** The client's network (RFC 7871 §6) with as many bits as given for its family. */
export function subnetData(v4Bits: number, v6Bits: number): OptionData {
  return ({ client }) => {
    const address = addressBytes(client.address);
    if (address === undefined) return undefined;
    const bits = client.family === 4 ? v4Bits : v6Bits;
    const network = address.subarray(0, Math.ceil(bits / 8));
    const last = network.length - 1;
    if (bits % 8 !== 0) network[last] = (network[last] as number) & (0xff << (8 - (bits % 8)));
    return Buffer.from([0, client.family === 4 ? 1 : 2, bits, 0, ...network]);
  };
}

const u16 = (value: number): Uint8Array => Buffer.from([value >> 8, value]);

function addressBytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(16);
  if (writeIPv4(text, bytes, 0)) return bytes.subarray(0, 4);
  const [address = ""] = text.split("%", 1);
  return writeIPv6(address, bytes, 0) ? bytes : undefined;
}

/** Host and port of a listener's label; the host is empty for a listener on every address. */
function serverParts(server: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /\/\/(?:\[(.*)\]|(.*)):(\d+)$/.exec(server) ?? [];
  return { host: bracketed ?? plain ?? "", port: Number(port) };
}
