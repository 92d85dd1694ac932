import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ListScanner } from "./list-scanner.ts";

function scan(chunks: readonly Buffer[]) {
  const items: unknown[] = [];
  const scanner = new ListScanner((item) => items.push(item));
  for (const chunk of chunks) scanner.push(chunk);
  return { items, head: scanner.finish() };
}

const whole = (text: string) => scan([Buffer.from(text)]);

const tricky = {
  kind: "ServiceList",
  metadata: { resourceVersion: "12", continue: 'a"b\\c', nested: [{ items: [1, 2] }] },
  items: [
    { name: 'quote " and \\ and \\" and ]}', list: [[], {}, [{}]], number: -1.5e3 },
    {},
    { "key]}": "ü€😀", items: [{ items: [] }], nothing: null, yes: true, escape: "\u0001\n\\\\" },
  ],
  trailing: 7,
  word: true,
};

describe("ListScanner", () => {
  it.each([
    ["compact", JSON.stringify(tricky)],
    ["indented", JSON.stringify(tricky, null, 2)],
  ])("is the same wherever the chunks are cut (%s)", (_case, text) => {
    const { items, ...head } = tricky;
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(scan(chunks)).toEqual({ items, head });
    }
    const single = [...bytes].map((byte) => Buffer.from([byte]));
    expect(scan(single)).toEqual({ items, head });
  });

  it("agrees with JSON.parse on any list", () => {
    const list = fc.record({
      metadata: fc.jsonValue(),
      items: fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
    });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 40 }), (value, chunkBytes) => {
        const bytes = Buffer.from(JSON.stringify(value));
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          chunks.push(bytes.subarray(at, at + chunkBytes));
        }
        const { items, metadata } = JSON.parse(bytes.toString());
        expect(scan(chunks)).toEqual({ items, head: { metadata } });
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['{"items":null,"metadata":{}}', [], { items: null, metadata: {} }],
    ['{"items":[]}', [], {}],
    ["{}", [], {}],
    ["{}\n", [], {}],
  ])("reads %s", (text, items, head) => {
    expect(whole(text)).toEqual({ items, head });
  });

  it.each([
    ["", "the list ends in the middle"],
    ['{"items":[{"a":1}', "the list ends in the middle"],
    ['{"items":[{"a":1}]', "the list ends in the middle"],
    ["<html>", 'the answer is no list: unexpected "<"'],
    ["[]", 'the answer is no list: unexpected "["'],
    ['{"items":[1]}', 'the answer is no list: unexpected "1"'],
    ["{}{}", 'the answer is no list: unexpected "{"'],
    ['{"items":[{"a":}]}', 'unreadable JSON in the list: {"a":}'],
  ])("refuses %j", (text, message) => {
    expect(() => whole(text)).toThrow(expect.objectContaining({ code: "FL-C002", message }));
  });
});
