/** Corefiles that both implementations are given. PORT and OTHER stand for two free ports. */
export interface CorefileCase {
  readonly name: string;
  readonly text: string;
  /** What CoreDNS makes of it; Fairlead must agree unless `fairlead` says otherwise. */
  readonly coredns: "accepts" | "rejects";
  /** Where the two part, and why. */
  readonly fairlead?: { readonly does: "accepts" | "rejects"; readonly because: string };
}

type Verdicts = Pick<CorefileCase, "coredns" | "fairlead">;

const accepts: Verdicts = { coredns: "accepts" };
const rejects: Verdicts = { coredns: "rejects" };
const onlyCoreDns = (because: string): Verdicts => ({
  coredns: "accepts",
  fairlead: { does: "rejects", because },
});
const onlyFairlead = (because: string): Verdicts => ({
  coredns: "rejects",
  fairlead: { does: "accepts", because },
});

/** Files beside the Corefile. */
export const files: Readonly<Record<string, string>> = {
  "plain.part": "whoami\n",
  "class.part": "class error\n",
  "self.part": "import ./self.part\n",
  "custom/a.override": "log\n",
  "custom/b.server": "b.test:OTHER {\n  whoami\n}\n",
};

export const environment: Readonly<Record<string, string>> = {
  ZONE: "env.test",
  PLUGIN: "whoami",
  FORMAT: "{name} {type}",
  PART: "plain.part",
};

const block = (...lines: string[]): string =>
  `.:PORT {\n  ${[...lines, "whoami"].join("\n  ")}\n}\n`;
const served = (addresses: string): string => `${addresses} {\n  whoami\n}\n`;

const rows: readonly (readonly [name: string, text: string, verdicts: Verdicts])[] = [
  // Addresses.
  ["a zone without a port", served("."), accepts],
  ["a zone with a port", served("a.test:PORT"), accepts],
  ["zones with blanks between", served("a.test:PORT b.test:PORT"), accepts],
  ["zones with commas and blanks between", served("a.test:PORT, b.test:PORT"), accepts],
  ["zones over two lines", served("a.test:PORT,\nb.test:PORT"), accepts],
  ["zones over two lines without a comma", served("a.test:PORT\nb.test:PORT"), rejects],
  ["a comma before the brace", served("a.test:PORT,"), rejects],
  ["a scheme", served("dns://a.test:PORT"), accepts],
  ["a scheme in capitals", served("DNS://a.test:PORT"), accepts],
  [
    "an unknown scheme",
    served("dnss://a.test:PORT"),
    onlyCoreDns("nothing would be served under it"),
  ],
  ["an address block", served("10.0.0.0/8:PORT"), accepts],
  ["an address block between octets", served("10.0.0.0/17:PORT"), accepts],
  ["an address block with host bits", served("10.1.2.3/16:PORT"), accepts],
  ["an IPv6 address block", served("fd00::/62:PORT"), accepts],
  [
    "an address block that is too narrow",
    served("10.0.0.1/33:PORT"),
    onlyCoreDns("it is no name that anybody meant to serve"),
  ],
  ["a classless reverse zone", served("0/25.2.0.192.in-addr.arpa:PORT"), accepts],
  ["no zone", served(":PORT"), rejects],
  ["no port behind the colon", served("a.test:"), rejects],
  ["a port that is too great", served("a.test:70000"), rejects],
  ["a negative port", served("a.test:-1"), rejects],
  ["a label of 63 characters", served(`${"a".repeat(63)}.test:PORT`), accepts],
  ["a label of 64 characters", served(`${"a".repeat(64)}.test:PORT`), rejects],
  ["an empty label", served("a..test:PORT"), rejects],
  ["one zone twice", served("a.test:PORT") + served("a.test:PORT"), rejects],
  ["one zone twice, in another case", served("a.test:PORT") + served("A.TEST:PORT"), rejects],
  ["one zone on two ports", served("a.test:PORT") + served("a.test:OTHER"), accepts],
  ["zones within one another", served("test:PORT") + served("a.test:PORT"), accepts],
  [
    "one zone on two addresses",
    "a.test:PORT {\n  bind 127.0.0.1\n  whoami\n}\na.test:PORT {\n  bind 127.0.0.2\n  whoami\n}\n",
    accepts,
  ],

  // Braces, lines, comments.
  ["no braces", ".:PORT\nwhoami\nerrors\n", accepts],
  ["an empty block", ".:PORT {\n}\n", accepts],
  ["an empty file", "# nothing\n", onlyCoreDns("a file cut short would end all service")],
  ["a brace on the next line", ".:PORT\n{\n  whoami\n}\n", accepts],
  ["a block that is never closed", ".:PORT {\n  whoami\n", rejects],
  ["a closing brace too many", `${block()}}\n`, onlyCoreDns("the brace would be a zone")],
  ["a closing brace behind a word", ".:PORT {\n  whoami }\n", rejects],
  ["all on one line", ".:PORT { whoami }\n", rejects],
  [
    "a block behind a closing brace",
    ".:PORT {\n  whoami\n} b.test:OTHER {\n  whoami\n}\n",
    onlyCoreDns("it is a line break forgotten more often than meant"),
  ],
  ["comments", ".:PORT { # one\n  whoami#two\n} # three\n", accepts],
  ["carriage returns", ".:PORT {\r\n  whoami\r\n}\r\n", accepts],
  ["a byte order mark", `\ufeff${block()}`, accepts],
  ["an inner block", block("log . {\n class error\n }"), accepts],
  ["an inner block on one line", block("log . { class error }"), rejects],
  ["an inner block that is never closed", block("log . {\n class error"), rejects],

  // Quotes.
  ["a quoted word", '.:PORT {\n  "whoami"\n}\n', accepts],
  ["a quote within quotes", block('log . "\\"{name}"'), accepts],
  ["a backslash at the end of quotes", block('log . "{name}\\\\"'), accepts],
  ["quotes over two lines", block('log . "{name}\n{type}"'), accepts],
  ["a quote that is never closed", '.:PORT {\n  log . "{name}\n}\n', rejects],

  // Environment.
  ["a zone from the environment", served("{$ZONE}:PORT"), accepts],
  ["a zone from the environment, as on Windows", served("{%ZONE%}:PORT"), accepts],
  ["a variable that is not set as a zone", served("{$UNSET}:PORT"), rejects],
  ["a variable that is not set as a plugin", block("{$UNSET}"), rejects],
  ["a plugin from the environment", ".:PORT {\n  {$PLUGIN}\n}\n", accepts],
  ["a variable of several words is one word", block('log . "{$FORMAT}"'), accepts],

  // Snippets and imports.
  ["a snippet", "(s) {\n  whoami\n}\n.:PORT {\n  import s\n}\n", accepts],
  ["a snippet behind its import", ".:PORT {\n  import s\n}\n(s) {\n  whoami\n}\n", rejects],
  ["a snippet twice", `(s) {\n  whoami\n}\n(s) {\n  errors\n}\n${block()}`, rejects],
  [
    "a snippet in a snippet",
    "(a) {\n  whoami\n}\n(b) {\n  import a\n}\n.:PORT {\n  import b\n}\n",
    accepts,
  ],
  ["a snippet with server blocks", `(a) {\n${block()}}\nimport a\n`, accepts],
  ["an import of nothing", block("import"), rejects],
  ["an import of two names", block("import plain.part errors"), rejects],
  ["an imported file", ".:PORT {\n  import plain.part\n}\n", accepts],
  ["an imported file from the environment", ".:PORT {\n  import {$PART}\n}\n", accepts],
  ["an import within an inner block", block("log . {\n import class.part\n }"), accepts],
  ["an imported file that is missing", block("import nothing.part"), rejects],
  ["a pattern without a match", block("import nothing*.part"), accepts],
  ["a pattern with a match", block("import custom/*.override"), accepts],
  ["server blocks from a pattern", `${block()}import custom/*.server\n`, accepts],
  ["a pattern that is none", block("import custom/[a"), rejects],
  [
    "a pattern with two wildcards",
    block("import */*.override"),
    onlyFairlead("it says what is meant"),
  ],
  ["a folder", block("import custom"), rejects],
  ["a file that imports itself", block("import self.part"), rejects],

  // Plugins.
  ["an unknown plugin", block("nonsense"), rejects],
  ["a plugin in capitals", ".:PORT {\n  WHOAMI\n}\n", rejects],
  ["an argument too many", ".:PORT {\n  whoami now\n}\n", rejects],
  ["log twice", block("log a.test", "log b.test"), accepts],
  [
    "a format without a zone",
    block('log "{remote}"'),
    onlyCoreDns("no query would ever be logged"),
  ],
  ["a class that log does not know", block("log . {\n class nonsense\n }"), rejects],
  ["reload twice", block("reload", "reload"), accepts],
  ["reload every second", block("reload 1s"), rejects],
  ["reload with little jitter", block("reload 2s 500ms"), rejects],
  ["reload without jitter", block("reload 2s 0s"), accepts],
  ["bind to nothing", block("bind"), rejects],
  ["bind to two addresses", block("bind 127.0.0.1", "bind 127.0.0.2"), accepts],
  ["health without a port", block("health 127.0.0.1"), rejects],
  ["lameduck without a unit", block("health :OTHER {\n lameduck 5\n }"), rejects],
  ["multisocket with none", block("multisocket 0"), rejects],
  ["multisocket with too many", block("multisocket 1025"), rejects],
];

export const cases: readonly CorefileCase[] = rows.map(([name, text, verdicts]) => ({
  name,
  text,
  ...verdicts,
}));
