import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync, watch } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, expect, it } from "vitest";

function spawnServer(
  storeFile: string,
  more: readonly string[],
): ChildProcessByStdio<null, Readable, null> {
  const fairlead = join(import.meta.dirname, "../bin/fairlead");
  const flags = ["--insecure-http", "--listen", "127.0.0.1:0", "--store-file", storeFile];
  const cluster = ["--cluster-cidr", "10.244.0.0/16"];
  return spawn(fairlead, ["apiserver", ...flags, ...cluster, ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** A process of its own, which can be killed. */
class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(storeFile: string, ...more: string[]): Promise<ServerProcess> {
    const child = spawnServer(storeFile, more);
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    return new ServerProcess(child, /http:\/\/\S+/.exec(line)?.[0] ?? "");
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}

const rounds = process.env.FAIRLEAD_SOAK === "1" ? 50 : 4;
let directory: string;
let server: ServerProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fairlead-store-"));
});

afterEach(async () => {
  await server?.kill();
  await rm(directory, { recursive: true });
});

/** Creates ConfigMaps until the server is gone, and notes what was acknowledged, with its revision. */
async function write(
  url: string,
  prefix: string,
  acknowledged: Map<string, string>,
): Promise<void> {
  for (let index = 0; index < 20_000; index += 1) {
    const name = `${prefix}-${index}`;
    const body = JSON.stringify({ metadata: { name }, data: { text: "x".repeat(index % 5000) } });
    try {
      const headers = { "content-type": "application/json" };
      const maps = `${url}/api/v1/namespaces/default/configmaps`;
      const response = await fetch(maps, { method: "POST", headers, body });
      const { metadata } = (await response.json()) as { metadata: { resourceVersion: string } };
      if (response.status === 201) acknowledged.set(name, metadata.resourceVersion);
    } catch {
      return;
    }
  }
}

async function stored(url: string): Promise<Map<string, string>> {
  const response = await fetch(`${url}/api/v1/namespaces/default/configmaps`);
  const { items } = (await response.json()) as {
    items: { metadata: { name: string; resourceVersion: string } }[];
  };
  return new Map(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
}

it("loses no acknowledged write when it is killed, wherever it is", async () => {
  const file = join(directory, "store");
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < rounds; round += 1) {
    server = await ServerProcess.start(file);
    const { url } = server;
    const before = acknowledged.size;
    const writers = [0, 1, 2].map((writer) => write(url, `round-${round}-${writer}`, acknowledged));
    await expect.poll(() => acknowledged.size).toBeGreaterThan(before + 1);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 200));
    await server.kill();
    await Promise.all(writers);
  }
  server = await ServerProcess.start(file);
  const found = await stored(server.url);
  expect(acknowledged.size).toBeGreaterThan(rounds);
  expect([...acknowledged].filter(([name, revision]) => found.get(name) !== revision)).toEqual([]);
});

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

it("completes what it was killed in the midst of applying", async () => {
  const file = join(directory, "store");
  const manifests = join(directory, "manifests");
  const written = Array.from({ length: 2000 }, (_, index) => `map-${index}`);
  const documents = written.map((name) =>
    JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } }),
  );
  await mkdir(manifests);
  await writeFile(join(manifests, "maps.yaml"), documents.join("\n---\n"));
  const watcher = watch(directory);
  const first = spawnServer(file, ["--manifests", manifests]);
  const ended = once(first, "exit");
  // Some hundred of them are in the store by then, and most are not.
  while (sizeOf(file) < 100_000) await once(watcher, "change");
  first.kill("SIGKILL");
  watcher.close();
  await ended;
  server = await ServerProcess.start(file, "--manifests", manifests);
  expect([...(await stored(server.url)).keys()]).toEqual(expect.arrayContaining(written));
});
