import { describe, expect, test } from "vitest";
import type { Corefile, Line } from "./contract.ts";
import { CorefileError } from "./errors.ts";
import { type ParseOptions, parseCorefile } from "./parser.ts";

/** A Corefile on one line: blocks apart by `||`, directives by `|`, words with spaces in `<>`. */
function outline({ blocks }: Corefile): string {
  const outlineOf = ({ words, block = [] }: Pick<Line, "words" | "block">): string => {
    const texts = words.map(({ text }) => (/\s/.test(text) ? `<${text}>` : text));
    if (block.length > 0) texts.push(`{${block.map(outlineOf).join("; ")}}`);
    return texts.join(" ");
  };
  return blocks
    .map(({ addresses, directives }) =>
      [
        addresses.map(({ scheme, zone, port }) => `${scheme} ${zone}:${port}`).join(" "),
        ...directives.map(({ name, position, args, block }) =>
          outlineOf({ words: [{ ...position, text: name }, ...args], block }),
        ),
      ].join(" | "),
    )
    .join(" || ");
}

const environment = { ZONE: "cluster.local", ADDRESS: "127.0.0.1:9153", BRACE: "{" };
const files: Readonly<Record<string, string>> = {
  "tls.conf": "errors {\n  stacktrace\n}",
  "loop.conf": "import loop.conf",
  "broken.conf": 'log "',
};

function parse(text: string, options: Partial<ParseOptions> = {}) {
  return parseCorefile(text, {
    file: "Corefile",
    environment,
    readImports: (pattern) => {
      if (pattern.includes("*")) return [];
      const found = files[pattern];
      return found === undefined ? undefined : [{ file: pattern, text: found }];
    },
    ...options,
  });
}

describe("good Corefiles", () => {
  const cases: readonly (readonly [title: string, text: string, outline: string])[] = [
    ["nothing", "", ""],
    ["only comments", "# one\n  # two", ""],
    ["a byte order mark", "\ufeff. {\n}", "dns .:53"],
    ["an empty block", ".:53 {\n}", "dns .:53"],
    ["an empty block on one line", ".:53 { }", "dns .:53"],
    ["an address without a block", "example.org", "dns example.org.:53"],
    [
      "one server without braces",
      "example.org:54\nlog\nwhoami",
      "dns example.org.:54 | log | whoami",
    ],
    ["the brace on the next line", ".\n{\n  whoami\n}", "dns .:53 | whoami"],
    ["a directive behind the brace", ". { whoami\n}", "dns .:53 | whoami"],
    ["a scheme in capitals", "DNS://a.test {\n}", "dns a.test.:53"],
    ["capital letters", "EXAMPLE.Org {\n}", "dns example.org.:53"],
    ["addresses apart by spaces", "a.test b.test:54 {\n}", "dns a.test.:53 dns b.test.:54"],
    [
      "addresses apart by commas",
      "a.test,b.test, c.test {\n}",
      "dns a.test.:53 dns b.test.:53 dns c.test.:53",
    ],
    ["a comma goes on to the next line", "a.test,\nb.test {\n}", "dns a.test.:53 dns b.test.:53"],
    [
      "schemes",
      "tls://a.test https://b.test grpc://c.test quic://d.test {\n}",
      "tls a.test.:853 https b.test.:443 grpc c.test.:443 quic d.test.:853",
    ],
    ["an IPv4 block on an octet", "10.0.0.0/8 {\n}", "dns 10.in-addr.arpa.:53"],
    [
      "an IPv4 block between octets",
      "10.1.0.0/15:54 {\n}",
      "dns 0.10.in-addr.arpa.:54 dns 1.10.in-addr.arpa.:54",
    ],
    ["an IPv6 block", "2001:db8::/32 {\n}", "dns 8.b.d.0.1.0.0.2.ip6.arpa.:53"],
    ["an RFC 2317 name", "0/25.2.0.192.in-addr.arpa {\n}", "dns 0/25.2.0.192.in-addr.arpa.:53"],
    ["several blocks", ". {\n log\n}\nexample.org {\n}", "dns .:53 | log || dns example.org.:53"],
    [
      "arguments and options",
      ". {\n health :8080 {\n  lameduck 5s\n }\n}",
      "dns .:53 | health :8080 {lameduck 5s}",
    ],
    [
      "an option behind the brace",
      ". {\n health { lameduck 5s\n }\n}",
      "dns .:53 | health {lameduck 5s}",
    ],
    [
      "a block in a block",
      ". {\n a {\n  b c {\n   d\n  }\n  e\n }\n}",
      "dns .:53 | a {b c {d}; e}",
    ],
    ["a comment behind words and in one", ". {\n log a#b c\n}", "dns .:53 | log a"],
    ["quotes", '. {\n log . "{type} \\"{name}\\""\n}', 'dns .:53 | log . <{type} "{name}">'],
    ["a quoted brace is a word", '. {\n log "{" "}"\n}', "dns .:53 | log { }"],
    ["a quote over two lines", '. {\n log "a\nb"\n whoami\n}', "dns .:53 | log <a\nb> | whoami"],
    ["backslashes stay", '. {\n log ^\\d+\\.x$ "\\w"\n}', "dns .:53 | log ^\\d+\\.x$ \\w"],
    ["a backslash behind another", '. {\n log "a\\\\"\n}', "dns .:53 | log a\\\\"],
    ["CRLF line ends", ". {\r\n  log\r\n}\r\n", "dns .:53 | log"],
    [
      "variables",
      "{$ZONE}:54 {\n prometheus {%ADDRESS%}\n}",
      "dns cluster.local.:54 | prometheus 127.0.0.1:9153",
    ],
    ["an unset variable is empty", ". {\n log {$NONE}x\n}", "dns .:53 | log x"],
    ["a brace from a variable is a word", ". {\n log {$BRACE}\n}", "dns .:53 | log {"],
    ["template braces stay", '. {\n log "{{ $x }}"\n}', "dns .:53 | log <{{ $x }}>"],
    [
      "a snippet",
      "(s) {\n errors\n log\n}\n. {\n import s\n whoami\n}",
      "dns .:53 | errors | log | whoami",
    ],
    [
      "a snippet in a block",
      "(s) {\n stacktrace\n}\n. {\n errors {\n  import s\n }\n}",
      "dns .:53 | errors {stacktrace}",
    ],
    [
      "a snippet of a snippet",
      "(a) {\n log\n}\n(b) {\n import a\n}\n. {\n import b\n}",
      "dns .:53 | log",
    ],
    ["a file", ". {\n import tls.conf\n whoami\n}", "dns .:53 | errors {stacktrace} | whoami"],
    [
      "a pattern without a match",
      ". {\n import custom/*.override\n}\nimport custom/*.server",
      "dns .:53",
    ],
    ["import as an argument is a word", ". {\n log import\n}", "dns .:53 | log import"],
  ];
  test.each(cases)("%s", (_, text, expected) => expect(outline(parse(text))).toBe(expected));
});

test("the port of plain DNS can be given", () => {
  const text = ". a.test:54 tls://b.test {\n}";
  expect(outline(parse(text, { defaultPort: 1053 }))).toBe(
    "dns .:1053 dns a.test.:54 tls b.test.:853",
  );
});

test("positions point into the file as written, imports included", () => {
  const { blocks } = parse('\n. {\n log "a\nb"\n import tls.conf\n}');
  expect(blocks[0]?.directives.map(({ position }) => position)).toEqual([
    { file: "Corefile", line: 3 },
    { file: "tls.conf", line: 1 },
  ]);
});

describe("bad Corefiles", () => {
  const cases: readonly (readonly [text: string, message: string])[] = [
    [". {\n log", "Corefile:1: the '{' of this line is never closed"],
    [". {\n errors {\n}", "Corefile:1: the '{' of this line is never closed"],
    [". {\n}\n}", "Corefile:3: this '}' closes nothing"],
    [":1053 {\n}", "Corefile:1: ':1053' names no zone; the root is written '.:1053'"],
    ["a.test:-1 {\n}", "Corefile:1: 'a.test:-1' has port -1; ports are 0 to 65535"],
    [".\nlog\n}", "Corefile:3: this '}' closes nothing"],
    ["{\n}", "Corefile:1: a server block wants a zone before its '{', for example '.:53 {'"],
    [". {\n {\n }\n}", "Corefile:2: this '{' follows no word that could own it"],
    [". { log }", "Corefile:1: '}' stands on a line of its own"],
    [". {\n errors {\n  stacktrace }\n}", "Corefile:3: '}' stands on a line of its own"],
    [
      ". {\n log\n} example.org {\n}",
      "Corefile:3: 'example.org' behind '}' should start a line of its own",
    ],
    ["a.test, {\n}", "Corefile:1: 'a.test,' ends with a comma, but no address follows"],
    [".:53{\n}", "Corefile:1: '.:53{' is no zone; a brace stands apart from other words"],
    [".: {\n}", "Corefile:1: '.:' wants a port behind its colon, for example '.:53'"],
    [".:70000 {\n}", "Corefile:1: '.:70000' has port 70000; ports are 0 to 65535"],
    [
      "dsn://. {\n}",
      "Corefile:1: 'dsn' in 'dsn://.' is no scheme; did you mean 'dns'? accepted: dns, tls, https, grpc, quic",
    ],
    [
      "10.0.0.0/33 {\n}",
      "Corefile:1: '10.0.0.0/33' is no address block; it should look like 10.0.0.0/24 or fd00::/64",
    ],
    [
      "10.0.0/8 {\n}",
      "Corefile:1: '10.0.0/8' is no address block; it should look like 10.0.0.0/24 or fd00::/64",
    ],
    ["a..test {\n}", 'Corefile:1: zone: name "a..test." has an empty label'],
    [
      `${"a".repeat(64)}.test {\n}`,
      `Corefile:1: zone: name "${"a".repeat(64)}.test." has a label over 63 bytes`,
    ],
    [`${"a.".repeat(128)} {\n}`, `Corefile:1: zone: name "${"a.".repeat(128)}" is over 255 bytes`],
    ['. {\n log "a\n}', "Corefile:2: the quote that opens here is never closed"],
    ["(s) {\n log", "Corefile:1: the '{' of snippet 's' is never closed"],
    ["(s) {\n}\n(s) {\n}", "Corefile:3: snippet 's' is declared a second time"],
    [
      ". {\n import\n}",
      "Corefile:2: import wants the name of a snippet, a file or a pattern such as custom/*.override",
    ],
    [". {\n import a b\n}", "Corefile:2: import takes one name; 'b' is too many"],
    [
      "(common) {\n}\n. {\n import comon\n}",
      "Corefile:4: there is neither a snippet nor a file 'comon' to import; snippets: did you mean 'common'? accepted: common",
    ],
    [
      ". {\n import none\n}",
      "Corefile:2: there is neither a snippet nor a file 'none' to import; there are no snippets",
    ],
    ["(s) {\n import s\n}\n. {\n import s\n}", "Corefile:2: 's' imports itself: s -> s"],
    ["import loop.conf", "loop.conf:1: 'loop.conf' imports itself: loop.conf -> loop.conf"],
    [". {\n import broken.conf\n}", "broken.conf:1: the quote that opens here is never closed"],
  ];
  test.each(cases)("%j", (text, message) => {
    expect(() => parse(text)).toThrow(CorefileError);
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "FL-D010", message }));
  });
});

test("snippets that multiply one another end at a bound", () => {
  const snippets = ["(s0) {\n log\n}"];
  for (let level = 1; level <= 20; level++) {
    snippets.push(`(s${level}) {\n import s${level - 1}\n import s${level - 1}\n}`);
  }
  expect(() => parse(`${snippets.join("\n")}\n. {\n import s20\n}`)).toThrow(
    "more than 10000 imports",
  );
});
