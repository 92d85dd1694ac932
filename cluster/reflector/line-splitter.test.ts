import { describe, expect, it } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

describe("LineSplitter", () => {
  const text = '{"a":"ü€😀"}\n\n{"b":2}\n{"c":3}\n{"cut';
  const lines = ['{"a":"ü€😀"}', '{"b":2}', '{"c":3}'];

  it("is the same wherever the chunks are cut", () => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const splitter = new LineSplitter();
      const found = [
        ...splitter.push(bytes.subarray(0, cut)),
        ...splitter.push(bytes.subarray(cut)),
      ];
      expect(found).toEqual(lines);
      expect(splitter.pendingBytes).toBe('{"cut'.length);
    }
  });

  it("hands over all lines of a chunk at once", () => {
    expect(new LineSplitter().push(Buffer.from("1\n2\n3\n"))).toEqual(["1", "2", "3"]);
  });
});
