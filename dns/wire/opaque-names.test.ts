import { expect, test } from "vitest";
import { decodeMessage } from "./decode.ts";
import { encodeMessage } from "./encode.ts";

/** A reply to `a.test. IN TYPE` with one record of that type, whose data is these bytes in hex. */
function reply(type: number, data: string): Uint8Array {
  const hex = (value: number) => value.toString(16).padStart(4, "0");
  const bytes = Buffer.from(data.replaceAll(" ", ""), "hex");
  return Buffer.concat([
    Buffer.from("123484000001000100000000", "hex"),
    Buffer.from(`01610474657374 00${hex(type)}0001`.replace(" ", ""), "hex"),
    Buffer.from(`c00c${hex(type)}000100000005${hex(bytes.length)}`, "hex"),
    bytes,
  ]);
}

const A_TEST = "0161 04 74657374 00";
const SIG_HEAD = "0001 08 02 00000e10 00000002 00000001 abcd";

test.each([
  ["MB", 7, "c00c", A_TEST],
  ["MINFO", 14, "c00c 0162 c00e", `${A_TEST} 0162 04 74657374 00`],
  ["RP", 17, "c00c 00", `${A_TEST} 00`],
  ["AFSDB", 18, "0001 c00c", `0001 ${A_TEST}`],
  ["SIG", 24, `${SIG_HEAD} c00c beef`, `${SIG_HEAD} ${A_TEST} beef`],
  ["PX", 26, "000a c00c c00c", `000a ${A_TEST} ${A_TEST}`],
  ["NXT", 30, "c00c 4000", `${A_TEST} 4000`],
  ["NAPTR", 35, "0001 0002 0175 00 0272 65 c00c", `0001 0002 0175 00 0272 65 ${A_TEST}`],
  ["RP without compression", 17, `${A_TEST} 00`, `${A_TEST} 00`],
  ["RP of some other layout", 17, "c00c 00 ff", "c00c 00 ff"],
  ["RP with a pointer into nowhere", 17, "c0ff 00", "c0ff 00"],
  ["RP cut short", 17, "c00c", "c00c"],
  ["NAPTR whose strings run over the end", 35, "0001 0002 ff", "0001 0002 ff"],
  ["an unknown type", 65_280, "c00c", "c00c"],
])("data of %s", (_, type, data, expected) => {
  const decoded = decodeMessage(reply(type, data));
  const [record] = decoded.answers;
  const bytes = record?.type === "OPAQUE" ? record.data : new Uint8Array();
  expect(Buffer.from(bytes).toString("hex")).toBe(expected.replaceAll(" ", ""));
  expect(decodeMessage(encodeMessage(decoded))).toEqual(decoded);
});
