import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { repositoryFiles, root, textOf } from "./source-tree.ts";

const run = promisify(execFile);

interface Snippet {
  readonly where: string;
  readonly script: string;
}

/** Blocks fenced as `sh run`: what a reader may paste, and what this suite therefore pastes too. */
function runnableSnippets(path: string): Snippet[] {
  const text = textOf(path);
  return [...text.matchAll(/^```sh run\n(.*?)^```$/gms)].map((match) => ({
    where: `${path}:${text.slice(0, match.index).split("\n").length}`,
    script: match[1] ?? "",
  }));
}

const snippets = repositoryFiles()
  .filter((path) => path.endsWith(".md"))
  .flatMap(runnableSnippets);

describe("the commands of the documents run", () => {
  test.each(snippets)("$where", async ({ script }) => {
    const done = run("bash", ["-euo", "pipefail", "-c", script], { cwd: root, timeout: 25_000 });
    await expect(done).resolves.toBeDefined();
  });

  test("there is at least one", () => {
    expect(snippets.length).toBeGreaterThan(0);
  });
});

describe("links in the documents lead somewhere", () => {
  const files = new Set(repositoryFiles());
  const links = [...files]
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) =>
      [...textOf(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map((match) => ({
        path,
        target: new URL(match[1] ?? "", `file:///${path}`).pathname.slice(1).replace(/\/$/, ""),
      })),
    );

  test.each(links)("$path -> $target", ({ target }) => {
    const isFolder = [...files].some((path) => path.startsWith(`${target}/`));
    expect(files.has(target) || isFolder).toBe(true);
  });
});
