import { describe, expect, test } from "vitest";
import { complaintAbout, judge } from "./judge.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const name = "01 61 01 62 00";
const head = (flags: string, counts: string): string => `1234 ${flags} ${counts}`;
const one = "0001 0000 0000 0000";
const withOpt = "0001 0000 0000 0001";
const question = `${name} 0001 0001`;
const plain = `${head("0100", one)} ${question}`;
const opt = (fields: string, data = "0000"): string => `00 0029 ${fields} ${data}`;

describe("what is due", () => {
  test.each([
    ["nothing at all", "", "silence"],
    ["eleven bytes", "1234 0100 0001 0000 0000 00", "silence"],
    ["a response", `${head("8100", one)} ${question}`, "silence"],
    ["a response of another opcode", head("a800", one), "silence"],
    ["opcode 1", head("0800", one), "4"],
    ["opcode 15 without anything behind", head("7800", "0000 0000 0000 0000"), "4"],
    ["no question", head("0100", "0000 0000 0000 0000"), "1"],
    ["two questions", `${head("0100", "0002 0000 0000 0000")} ${question} ${question}`, "1"],
    ["two answers announced", `${head("0100", "0001 0002 0000 0000")} ${question}`, "1"],
    ["three additionals announced", `${head("0100", "0001 0000 0000 0003")} ${question}`, "1"],
    ["a question that ends early", `${head("0100", one)} ${name} 00`, "1"],
    ["a name without an end", `${head("0100", one)} 0161`, "1"],
    ["a label type of old", `${head("0100", one)} 41 61 00 0001 0001`, "1"],
    ["a pointer to itself", `${head("0100", one)} c00c 0001 0001`, "1"],
    ["a pointer into the header", `${head("0100", one)} 0161 c004 0001 0001`, "1"],
    ["254 bytes of name", `${head("0100", one)} ${"0161".repeat(126)} 00 0001 0001`, "0,3,5"],
    ["257 bytes of name", `${head("0100", one)} ${"0161".repeat(128)} 00 0001 0001`, "1"],
    ["a query", plain, "0,3,5"],
    ["a query with bytes behind it", `${plain} ffff`, "0,3,5"],
    ["another class", `${head("0100", one)} ${name} 0001 0003`, "5"],
    ["EDNS", `${head("0100", withOpt)} ${question} ${opt("04d0 0000 0000")}`, "0,3,5 opt 1232"],
    [
      "EDNS of 100 bytes",
      `${head("0100", withOpt)} ${question} ${opt("0064 0000 0000")}`,
      "0,3,5 opt 512",
    ],
    ["EDNS 1", `${head("0100", withOpt)} ${question} ${opt("04d0 0001 0000")}`, "16 opt 1232"],
    ["an OPT that is missing", `${head("0100", withOpt)} ${question}`, "1"],
    [
      "an OPT as answer",
      `${head("0100", "0001 0001 0000 0000")} ${question} ${opt("04d0 0000 0000")}`,
      "1",
    ],
    [
      "an OPT with an owner",
      `${head("0100", withOpt)} ${question} 0161${opt("04d0 0000 0000")}`,
      "1",
    ],
    [
      "an option that lies",
      `${head("0100", withOpt)} ${question} ${opt("04d0 0000 0000", "0004 000a 0001")}`,
      "1",
    ],
    [
      "an A record of 3 bytes",
      `${head("0100", withOpt)} ${question} c00c 0001 0001 00000000 0003 010203`,
      "1",
    ],
    [
      "an A record",
      `${head("0100", withOpt)} ${question} c00c 0001 0001 00000000 0004 01020304`,
      "0,3,5",
    ],
    [
      "a TXT without strings",
      `${head("0100", withOpt)} ${question} c00c 0010 0001 00000000 0000`,
      "1",
    ],
  ])("%s", (_, bytes, expected) => {
    const due = judge(hex(bytes));
    expect(
      due.kind === "silence"
        ? "silence"
        : due.kind === "refusal"
          ? `${due.rcode}`
          : `${due.rcodes.join(",")}${due.withOpt ? ` opt ${due.limitBytes}` : ""}`,
    ).toBe(expected);
  });
});

describe("what is wrong with a reply", () => {
  test.each([
    [plain, `${head("8180", one)} ${question}`, undefined],
    [plain, head("8101", "0000 0000 0000 0000"), "rcode 1 where 0 or 3 or 5 is due"],
    [plain, `${head("0100", one)} ${question}`, "the reply is no response"],
    [plain, `${head("8000", one)} ${question}`, "opcode or RD is not the query's"],
    [plain, `${head("8100", one)} 01 41 01 62 00 0001 0001`, "another question is echoed"],
    [plain, `${head("8100", one)} ${question} 00`, "there are bytes behind the last record"],
    [plain, `${head("8100", withOpt)} ${question}`, "the reply is malformed: beyond the end"],
    [
      plain,
      `${head("8100", withOpt)} ${question} ${opt("04d0 0000 0000")}`,
      "an OPT is answered by one, and only an OPT is",
    ],
    [
      plain,
      `${head("8100", "0001 0001 0000 0000")} ${question} 00 ffff 0001 00000000 0200 ${"00".repeat(512)}`,
      "544 bytes where 512 fit",
    ],
    [head("0900", one), head("8804", "0000 0000 0000 0000"), "opcode or RD is not the query's"],
    [head("0800", one), head("8804", "0000 0000 0000 0000"), undefined],
    [head("8000", one), head("8000", one), "nothing was due"],
  ])("%#", (query, reply, expected) => {
    const bytes = hex(query);
    expect(complaintAbout(bytes, judge(bytes), hex(reply), "udp")).toBe(expected);
  });
});
