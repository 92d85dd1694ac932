import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { KubeObject } from "../../apiserver/contract.ts";
import type { Volume } from "../contract.ts";
import { testPod } from "../pods/testing.ts";
import { writeFiles } from "./atomic-writer.ts";
import { fileVolumeOf, volumeObjectKeys } from "./file-volume.ts";
import { withServiceAccount } from "./service-account.ts";
import { volumeFiles } from "./volume-files.ts";

const facts = {
  pod: testPod({}, { labels: { b: "2", a: "1" } }),
  nodeAddresses: [],
  podAddresses: [],
};
const metadata = { name: "x", namespace: "shop" };
const objects = new Map<string, KubeObject | undefined>([
  [
    "configmaps/c",
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { a: "1", b: "2" },
      binaryData: { z: "AAE=" },
    },
  ],
  ["secrets/s", { apiVersion: "v1", kind: "Secret", metadata, data: { user: "YWRh" } }],
]);

/** What the volume holds, as `path mode text`. */
function contents(volume: Omit<Volume, "name">): readonly string[] {
  const files = fileVolumeOf({ name: "v", ...volume });
  if (files === undefined) return [];
  return [...volumeFiles(files, facts, objects, "TOKEN")].map(
    ([path, { content, mode }]) => `${path} ${mode.toString(8)} ${content.toString("latin1")}`,
  );
}

test.each<[string, Omit<Volume, "name">, readonly string[]]>([
  ["every key", { configMap: { name: "c" } }, ["a 644 1", "b 644 2", "z 644 \0\u0001"]],
  [
    "some keys elsewhere",
    {
      configMap: {
        name: "c",
        defaultMode: 0o400,
        items: [
          { key: "a", path: "d/x" },
          { key: "b", path: "y", mode: 0o755 },
        ],
      },
    },
    ["d/x 400 1", "y 755 2"],
  ],
  ["a secret", { secret: { secretName: "s" } }, ["user 644 ada"]],
  ["one that need not be there", { secret: { secretName: "none", optional: true } }, []],
  [
    "of the pod",
    { downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
    ['labels 644 a="1"\nb="2"'],
  ],
  [
    "several in one",
    {
      projected: {
        sources: [
          { serviceAccountToken: { path: "token" } },
          { secret: { name: "s" } },
          { configMap: { name: "c", items: [{ key: "a", path: "a" }] } },
        ],
      },
    },
    ["token 644 TOKEN", "user 644 ada", "a 644 1"],
  ],
  ["a folder is none of files", { emptyDir: {} }, []],
])("%s", (_, volume, expected) => {
  expect(contents(volume)).toEqual(expected);
});

test.each<[Omit<Volume, "name">, string]>([
  [{ configMap: { name: "none" } }, 'configmap "none" not found'],
  [
    { configMap: { name: "c", items: [{ key: "q", path: "q" }] } },
    "references non-existent configmap key: q",
  ],
  [
    { configMap: { name: "c", items: [{ key: "a", path: "../a" }] } },
    'the path "../a" leaves the volume',
  ],
])("%j: %s", (volume, message) => {
  expect(() => contents(volume)).toThrow(message);
});

test("files change all at once, and those that went are gone", () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-volume-"));
  const file = (text: string, mode = 0o644) => ({ content: Buffer.from(text), mode });
  try {
    writeFiles(
      folder,
      new Map([
        ["a", file("1")],
        ["sub/b", file("2", 0o600)],
      ]),
    );
    expect(readFileSync(join(folder, "sub/b"), "utf8")).toBe("2");
    expect(statSync(join(folder, "sub/b")).mode & 0o777).toBe(0o600);
    writeFiles(folder, new Map([["a", file("new")]]));
    expect(readFileSync(join(folder, "a"), "utf8")).toBe("new");
    expect(readdirSync(folder).filter((name) => !name.startsWith(".."))).toEqual(["a"]);
    expect(readdirSync(folder)).toHaveLength(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("token, CA and namespace are added where the pod does not say otherwise", () => {
  const { spec } = withServiceAccount(testPod());
  const [volume] = spec.volumes ?? [];
  expect(spec.containers[0]?.volumeMounts).toMatchObject([
    { name: "kube-api-access", readOnly: true },
  ]);
  expect(
    volumeObjectKeys(fileVolumeOf(volume ?? { name: "" }) ?? { sources: [], defaultMode: 0 }),
  ).toEqual(["configmaps/kube-root-ca.crt"]);
  const without = testPod({ automountServiceAccountToken: false });
  expect(withServiceAccount(without)).toBe(without);
});
