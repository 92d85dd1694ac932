import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorCatalogue } from "#observe/error-catalogue.ts";
import { generatedDocuments } from "#scripts/generate-docs.ts";
import { isTest, isTypeScript, lineCount, repositoryFiles, textOf } from "./source-tree.ts";

const isPlugin = (folder: string): boolean => /^dns\/plugins\/[^/]+$/.test(folder);

const documents = await generatedDocuments();
const files = repositoryFiles();
const sources = files.filter((path) => isTypeScript(path) && !isTest(path));
const tests = files.filter((path) => isTypeScript(path) && isTest(path));

describe("files stay small", () => {
  const sizes = sources.map(lineCount).sort((a, b) => a - b);

  test("the median source file has at most 120 lines", () => {
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(120);
  });

  test("none has more than 400", () => {
    expect(sources.filter((path) => lineCount(path) > 400)).toEqual([]);
  });
});

describe("every area has a README", () => {
  const folders = new Set([...sources, ...tests].map((path) => dirname(path)));
  // An area is a folder of the first or second level, and every plugin; what lies deeper is told of by its area.
  const areas = [...folders].filter((folder) => folder.split("/").length <= 2 || isPlugin(folder));
  const readmes = areas.map((folder) => join(folder, "README.md"));

  test("it is there", () => {
    expect(readmes.filter((readme) => !files.includes(readme))).toEqual([]);
  });

  test("it fits a screen (the front page may be longer)", () => {
    const present = readmes.filter((path) => files.includes(path) && path !== "README.md");
    expect(present.filter((readme) => lineCount(readme) > 60)).toEqual([]);
  });
});

describe("error codes", () => {
  const pattern = /\bFL-[A-Z]\d{3}\b/g;
  const used = new Map<string, string>();
  for (const path of sources.filter((source) => source !== "observe/error-catalogue.ts"))
    for (const [code] of textOf(path).matchAll(pattern)) used.set(code, path);

  test("every code in the sources is in the catalogue", () => {
    expect([...used].filter(([code]) => !(code in errorCatalogue))).toEqual([]);
  });

  test("every code of the catalogue is raised somewhere", () => {
    expect(Object.keys(errorCatalogue).filter((code) => !used.has(code))).toEqual([]);
  });
});

describe("generated documents are fresh (make docs)", () => {
  test.each([...documents])("%s", (path, text) => {
    expect(textOf(path)).toBe(text);
  });
});

test("no test is switched off in silence", () => {
  // describeWhere and context.skip("reason") carry a reason into the summary; these do not.
  const silent = /\b(?:it|test|describe)\.(?:only|todo|skip|skipIf|runIf)\b|\bskip\(\s*\)|\.only\(/;
  const exempt = new Set(["test/support/capabilities.ts", "test/house/rules.test.ts"]);
  const found = tests
    .filter((path) => !exempt.has(path))
    .flatMap((path) =>
      textOf(path)
        .split("\n")
        .flatMap((line, index) => (silent.test(line) ? [`${path}:${index + 1}: ${line}`] : [])),
    );
  expect(found).toEqual([]);
});
