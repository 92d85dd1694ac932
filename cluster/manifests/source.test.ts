import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../clock.ts";
import { createClusterState } from "../state/state.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";
import { createManifestDirectorySource } from "./source.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "fairlead-manifests-"));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

const service = (name: string, clusterIP: string) =>
  `kind: Service\napiVersion: v1\nmetadata: {name: ${name}}\nspec: {clusterIP: ${clusterIP}}\n---\n`;

/** Runs the source; each `act` happens between two polls. Returns what the state looked like after each poll. */
async function follow(directory: string, acts: readonly (() => Promise<void>)[]) {
  const state = createClusterState();
  const logger = new RecordingLogger();
  const stop = new AbortController();
  const views: string[] = [];
  const left = [...acts];
  const clock: Clock = {
    nowMs: () => 0,
    async sleep() {
      const services = [...state.services.values()].map((it) => `${it.name}=${it.clusterIPs}`);
      const synced = state.hasSynced() ? "" : " (not synced)";
      views.push(services.sort().join(" ") + synced);
      const act = left.shift();
      if (act === undefined) stop.abort();
      else await act();
    },
  };
  const source = createManifestDirectorySource({ directory, pollIntervalMs: 1000, logger, clock });
  const running = source.run(state, stop.signal);
  expect(state.hasSynced()).toBe(false);
  await running;
  return { views, revision: state.revision, logLines: logger.lines };
}

const file = (name: string) => path.join(root, name);
const write = (name: string, text: string) => () => writeFile(file(name), text);

describe("createManifestDirectorySource", () => {
  it("follows files as they come, change and go", async () => {
    await writeFile(file("a.yaml"), service("a", "10.0.0.1"));
    const { views } = await follow(root, [
      write(
        "b.json",
        JSON.stringify({
          kind: "Service",
          apiVersion: "v1",
          metadata: { name: "b" },
          spec: { clusterIP: "10.0.0.2" },
        }),
      ),
      write("notes.txt", "no manifest"),
      write(".hidden.yaml", service("hidden", "10.0.0.9")),
      write("a.yaml", service("a", "10.0.0.3")),
      () => rm(file("a.yaml")),
    ]);
    const both = "a=10.0.0.1 b=10.0.0.2";
    expect(views).toEqual(["a=10.0.0.1", both, both, both, "a=10.0.0.3 b=10.0.0.2", "b=10.0.0.2"]);
  });

  it("sees no change where only times change", async () => {
    const text = service("a", "10.0.0.1");
    await writeFile(file("a.yaml"), text);
    const { revision } = await follow(root, [
      write("a.yaml", text),
      write("a.yaml", `# comment\n${text}`),
    ]);
    expect(revision).toBe(1);
  });

  it("keeps the last good objects of a file with a fault, whole, and says so once", async () => {
    await writeFile(file("a.yaml"), service("a", "10.0.0.1"));
    const { views, logLines } = await follow(root, [
      write("a.yaml", service("a", "10.0.0.2") + service("b", "ten")),
      write("c.yaml", service("c", "10.0.0.3")),
      write("a.yaml", service("a", "10.0.0.2") + service("b", "10.0.0.4")),
    ]);
    expect(views).toEqual([
      "a=10.0.0.1",
      "a=10.0.0.1",
      "a=10.0.0.1 c=10.0.0.3",
      "a=10.0.0.2 b=10.0.0.4 c=10.0.0.3",
    ]);
    expect(logLines).toEqual([
      `error: ${file("a.yaml")}:9: Service b: spec.clusterIPs: "ten" is no IP address`,
    ]);
  });

  it("is not synced before every file has been good", async () => {
    await writeFile(file("a.yaml"), service("a", "10.0.0.1"));
    await writeFile(file("b.yaml"), "kind: [");
    const { views } = await follow(root, [write("b.yaml", service("b", "10.0.0.2"))]);
    expect(views).toEqual(["a=10.0.0.1 (not synced)", "a=10.0.0.1 b=10.0.0.2"]);
  });

  it("waits for a directory that is not there yet", async () => {
    const { views, logLines } = await follow(file("later"), [
      async () => undefined,
      async () => {
        await mkdir(file("later"));
      },
      write("later/a.yaml", service("a", "10.0.0.1")),
    ]);
    expect(views).toEqual([" (not synced)", " (not synced)", "", "a=10.0.0.1"]);
    expect(logLines).toHaveLength(1);
  });

  it("follows a ConfigMap volume through the swap of its ..data link", async () => {
    const version = async (name: string, text: string) => {
      await mkdir(file(name));
      await writeFile(file(`${name}/a.yaml`), text);
      await symlink(name, file("..data_tmp"));
      await rename(file("..data_tmp"), file("..data"));
    };
    await version("..2026_1", service("a", "10.0.0.1"));
    await symlink("..data/a.yaml", file("a.yaml"));
    const { views } = await follow(root, [() => version("..2026_2", service("a", "10.0.0.2"))]);
    expect(views).toEqual(["a=10.0.0.1", "a=10.0.0.2"]);
  });

  it("takes the first of two definitions and names both places", async () => {
    await writeFile(file("a.yaml"), service("a", "10.0.0.1"));
    await writeFile(file("b.yaml"), service("b", "10.0.0.2") + service("a", "10.0.0.3"));
    const { views, logLines } = await follow(root, [() => rm(file("a.yaml"))]);
    expect(views).toEqual(["a=10.0.0.1 b=10.0.0.2", "a=10.0.0.3 b=10.0.0.2"]);
    expect(logLines).toEqual([
      `warn: ${file("b.yaml")}:6: Service default/a is passed over, for ${file("a.yaml")}:1 defines it already`,
    ]);
  });
});
