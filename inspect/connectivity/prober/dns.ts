/** One question over one transport, as a pod's resolver would ask it, so that each transport is seen by itself. */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { RecordType, rcodeName } from "#dns/wire/constants.ts";
import type { ResourceRecord } from "#dns/wire/contract.ts";
import { decodeMessage } from "#dns/wire/decode.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import { isAbsolute, labelCount } from "#dns/wire/name.ts";
import { queryMessage } from "#dns/wire/query.ts";
import type { DnsAttempt, Outcome } from "./contract.ts";

type Result = Pick<Extract<Outcome, { kind: "records" }>, "kind" | "rcode" | "name" | "values">;

const port = 53;

/** Asks for the name, or for it with each search domain until one exists. @throws Error AbortError at the time-out */
export async function tryDns(attempt: DnsAttempt): Promise<Result> {
  const { server, transport, name, type, timeoutMs } = attempt;
  const config = readResolvConf(readFileSync("/etc/resolv.conf", "utf8"));
  const address = server === "resolv.conf" ? config.servers[0] : server;
  if (address === undefined) throw new Error("/etc/resolv.conf names no server");
  const signal = AbortSignal.timeout(timeoutMs);
  const ask = transport === "udp" ? overUdp : overTcp;
  let result: Result | undefined;
  for (const candidate of candidates(name, config)) {
    const query = queryMessage(randomInt(0x1_0000), candidate, RecordType[type]);
    const reply = decodeMessage(await ask(address, encodeMessage(query), signal));
    if (reply.id !== query.id) throw new Error("the answer has another ID than the question");
    const values = reply.answers.flatMap((record) => valuesOf(record, type));
    result = { kind: "records", rcode: rcodeName(reply.rcode), name: candidate, values };
    if (values.length > 0) break;
  }
  if (result === undefined) throw new Error(`there is nothing to ask for "${name}"`);
  return result;
}

interface ResolvConf {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

/** resolv.conf(5), as far as pods have it. */
export function readResolvConf(text: string): ResolvConf {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const of = (word: string): string[][] => lines.filter(([first]) => first === word);
  const options = of("options").flat();
  const ndots = options
    .map((word) => /^ndots:(\d+)$/.exec(word)?.[1])
    .findLast((found) => found !== undefined);
  return {
    servers: of("nameserver").flatMap(([, address = ""]) => (address === "" ? [] : [address])),
    search: of("search").at(-1)?.slice(1) ?? [],
    ndots: Number(ndots ?? 1),
  };
}

/** Absolute names in the order that a resolver tries them. */
export function candidates(
  name: string,
  { search, ndots }: Pick<ResolvConf, "search" | "ndots">,
): string[] {
  if (isAbsolute(name)) return [name];
  const completed = search.map((domain) => `${name}.${domain.replace(/\.$/, "")}.`);
  const dots = labelCount(`${name}.`) - 1;
  return dots >= ndots ? [`${name}.`, ...completed] : [...completed, `${name}.`];
}

function valuesOf(record: ResourceRecord, type: DnsAttempt["type"]): string[] {
  if (record.type !== type) return [];
  return ["address" in record ? record.address : "target" in record ? record.target : ""];
}

type Ask = (address: string, query: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;

const overUdp: Ask = async (address, query, signal) => {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  try {
    socket.connect(port, address);
    await once(socket, "connect", { signal });
    socket.send(query);
    const [message] = (await once(socket, "message", { signal })) as [Buffer];
    return message;
  } finally {
    socket.close();
  }
};

/** With the two bytes of length of RFC 1035 §4.2.2. */
const overTcp: Ask = async (address, query, signal) => {
  const socket = connect({ host: address, port, signal });
  try {
    await once(socket, "connect", { signal });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
    let received = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0))
        return received.subarray(2, 2 + received.readUInt16BE(0));
    }
    throw new Error("the connection ended before an answer came");
  } finally {
    socket.destroy();
  }
};
