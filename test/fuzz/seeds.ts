/** Valid queries to begin with, put together here so that they share no code with what reads them. */
import { expand } from "#test/conformance/question.ts";
import type { Random } from "./random.ts";

/** Names of the conformance fixture and some that are not there; `@` and `$` as in its tables. */
const names = [
  ..."svc1.$ svc0.$ hdls1.$ crowd.$ external.$ _http._tcp.svc1.$ http.tcp.svc1.$ SVC1.$".split(" "),
  ..."@ $ svc.@ dns-version.@ 10-240-0-1.podns.pod.@ 172-0-0-2.hdls1.$ *.$".split(" "),
  ..."100.0.0.10.in-addr.arpa. in-addr.arpa. www.example.com. local. .".split(" "),
];
const types = { A: 1, NS: 2, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, AXFR: 252, ANY: 255 };
const payloadBytes = [0, 512, 1232, 4096, 65_535];
const RD = 0x0100;
const AD_AND_CD = 0x0030;
const DO = 0x8000;

const u16 = (...values: readonly number[]): Buffer =>
  Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));

function nameBytes(name: string): Buffer {
  const labels = name.split(".").filter((label) => label !== "");
  return Buffer.concat([
    ...labels.flatMap((label) => [Buffer.of(label.length), Buffer.from(label, "latin1")]),
    Buffer.of(0),
  ]);
}

/** With ID 0, half of them with an OPT. */
export function seedQuery(random: Random): { readonly bytes: Buffer; readonly name: string } {
  const name = random.pick(names);
  const [typeName, type] = random.pick(Object.entries(types));
  const withOpt = random.chance(50);
  const question = [nameBytes(expand(name)), u16(type, 1)];
  const header = u16(0, random.pick([0, RD, RD | AD_AND_CD]), 1, 0, 0, withOpt ? 1 : 0);
  const bytes = Buffer.concat([header, ...question, ...(withOpt ? optRecord(random) : [])]);
  return { bytes, name: `${name} ${typeName}` };
}

function optRecord(random: Random): Buffer[] {
  const cookie = random.chance(20) ? [u16(10, 8), random.bytes(8)] : [];
  const data = Buffer.concat(cookie);
  const fields = u16(41, random.pick(payloadBytes), 0, random.chance(30) ? DO : 0, data.length);
  return [Buffer.of(0), fields, data];
}
