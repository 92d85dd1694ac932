import { globSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { testProcess } from "#test/support/plugin.ts";
import { parseCorefile } from "../corefile/parser.ts";
import { DnsServer } from "../server/server.ts";

const paths = globSync(`${import.meta.dirname}/*/README.md`).sort();
const readmes = paths.map((path) => ({
  file: relative(import.meta.dirname, path),
  text: readFileSync(path, "utf8"),
}));

describe("every README of a plugin has the same chapters", () => {
  test.each(readmes)("$file", ({ text }) => {
    const chapters = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    const expected = ["Name", "Description", "Syntax", "Metrics", "Examples"];
    expect(chapters).toEqual(
      expected.filter((title) => title !== "Metrics" || chapters.includes(title)),
    );
  });
});

const examples = readmes.flatMap(({ file, text }) =>
  [...text.matchAll(/^```corefile\n(.*?)^```$/gms)].map((match) => ({
    file,
    // As many empty lines as stand before it, so that messages point into the README.
    corefile: "\n".repeat(text.slice(0, match.index).split("\n").length) + (match[1] ?? ""),
    line: text.slice(0, match.index).split("\n").length,
  })),
);

describe("Corefiles in READMEs load", () => {
  test.each(examples)("$file:$line", ({ file, corefile }) => {
    const { services } = testProcess();
    const server = new DnsServer({
      corefile: parseCorefile(corefile, { file }),
      logger: services.logger,
      metrics: services.metrics,
      udpTransport: "dgram",
      stopping: new AbortController().signal,
      onFailure: (error) => {
        throw error;
      },
    });
    expect(server.listeners).toEqual([]);
  });

  test("every README shows one at least", () => {
    const shown = new Set(examples.map(({ file }) => file));
    expect(readmes.map(({ file }) => file).filter((file) => !shown.has(file))).toEqual([]);
  });
});
