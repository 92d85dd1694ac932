import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCorefile } from "./format.ts";
import { parseCorefile } from "./parser.ts";

const read = (text: string, environment = {}) =>
  parseCorefile(text, { file: "Corefile", environment });

/** Without file and line, which formatting changes. */
const meaning = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, part) => (["position", "line"].includes(key) ? 0 : part)));

test("imports, snippets and variables stand as what they meant", () => {
  const text = `(common) {
  errors
  log . "{remote} {name}" {
    class denial
  }
}
example.org:{$PORT}, 10.0.0.0/23 {
  import common
  hosts {
    10.0.0.1 "{"
    fallthrough
  }
}
`;
  expect(
    formatCorefile(read(text, { PORT: "1053" })),
  ).toBe(`dns://example.org.:1053 dns://0.0.10.in-addr.arpa.:53 dns://1.0.10.in-addr.arpa.:53 {
  errors
  log . "{remote} {name}" {
    class denial
  }
  hosts {
    10.0.0.1 "{"
    fallthrough
  }
}
`);
});

test("what is formatted parses to the same", () => {
  const word = fc
    .string({ unit: fc.constantFrom(..."ab1.:/-*=\\'\"{}()# \t\n"), minLength: 1, maxLength: 8 })
    // In quotes nothing stands for a single backslash before a quote or at the end.
    .filter((text) => !/(?<!\\)(\\\\)*\\("|$)/.test(text));
  const position = { file: "Corefile", line: 0 };
  const token = word.map((text) => ({ ...position, text }));
  const line = fc.record({
    position: fc.constant(position),
    words: fc.array(token, { minLength: 1, maxLength: 4 }),
  });
  const directive = fc.record({
    position: fc.constant(position),
    name: word,
    args: fc.array(token, { maxLength: 3 }),
    block: fc.array(line, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(directive, { maxLength: 4 }), (directives) => {
      const addresses = [{ scheme: "dns" as const, zone: "a.test.", port: 53, position }];
      const blocks = [{ position, addresses, directives }];
      const text = formatCorefile({ file: "Corefile", blocks });
      expect(meaning(read(text).blocks)).toEqual(meaning(blocks));
    }),
  );
});
