import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "./apiserver.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fairlead-apiserver-"));
});

afterEach(() => rm(directory, { recursive: true }));

function io() {
  const stop = new AbortController();
  const out: string[] = [];
  const err: string[] = [];
  const line = Promise.withResolvers<string>();
  return {
    env: {},
    stdout: { write: (text: string) => line.resolve(text) ?? out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    stop: stop.signal,
    abort: () => stop.abort(),
    line: line.promise,
    out,
    err,
  };
}

describe("fairlead apiserver", () => {
  it("serves manifests on a free port until it is told to stop", async () => {
    const file = join(directory, "a.yaml");
    const kubeconfig = join(directory, "kubeconfig");
    await writeFile(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n");
    const process = io();
    const flags = ["--insecure-http", "--listen", "127.0.0.1:0", "--manifests", directory];
    const status = run([...flags, "--write-kubeconfig", kubeconfig], process);
    const said = await process.line;
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "";
    expect(said).toContain("with 1 objects");
    const answer = await fetch(`${url}/api/v1/namespaces/default/configmaps/a`);
    expect(answer.status).toBe(200);
    expect(await readFile(kubeconfig, "utf8")).toContain(`server: ${url}`);
    process.abort();
    expect(await status).toBe(0);
    await expect(fetch(url)).rejects.toThrowError();
  });

  it.each([
    ["without --insecure-http", [], /TLS is not served yet: say --insecure-http/],
    [
      "with an empty directory",
      ["--insecure-http", "--listen", "127.0.0.1:0", "--manifests", "."],
      /holds no \.yaml/,
    ],
    [
      "with a bad CIDR",
      ["--insecure-http", "--service-cluster-ip-range", "10.0.0.0"],
      /service CIDR '10\.0\.0\.0'/,
    ],
    [
      "on a foreign address",
      ["--insecure-http", "--listen", "192.0.2.1:0"],
      /cannot listen on 192\.0\.2\.1/,
    ],
  ])("refuses to start %s", async (_name, flags, message) => {
    const args = flags.map((flag) => (flag === "." ? directory : flag));
    await expect(run(args, io())).rejects.toThrowError(message);
  });

  it.each([
    ["--listen", "here"],
    ["--listen", "127.0.0.1:70000"],
    ["--wrong", ""],
  ])("answers 2 to %s %s", async (...flags) => {
    expect(await run(flags, io())).toBe(2);
  });
});
