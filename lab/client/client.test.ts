import { afterEach, beforeEach, expect, test } from "vitest";
import { createLogger } from "#observe/logger.ts";
import type { ApiServer } from "../apiserver/contract.ts";
import { createApiServer } from "../apiserver/server.ts";
import { ApiError } from "./api-error.ts";
import { createClient } from "./client.ts";
import type { KubeClient, Watch } from "./contract.ts";

let server: ApiServer;
let client: KubeClient;
let seen: Map<string, string>;
let watch: Watch | undefined;

const path = "/api/v1/namespaces/default/configmaps";
const configMap = (name: string, value: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data: { value },
});

/** What the watch shows; without what the server itself has made. */
async function shows(expected: string): Promise<void> {
  const now = (): string =>
    [...seen]
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(" ");
  for (let look = 0; look < 2000 && now() !== expected; look++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(now()).toBe(expected);
}

beforeEach(async () => {
  server = createApiServer();
  await server.listen({ host: "127.0.0.1", port: 0 });
  client = createClient({ server: server.url });
  seen = new Map();
});
afterEach(async () => {
  watch?.close();
  client.close();
  await server.close();
});

function begin(): void {
  watch = client.watch(path, {
    change(key, object) {
      // A ConfigMap's data is text by key.
      const { value } = (object?.data ?? {}) as { value?: string };
      if (object === undefined) seen.delete(key);
      else if (value !== undefined) seen.set(key, value);
    },
  });
}

test("writes, reads and refusals", async () => {
  await client.request("POST", path, { body: configMap("a", "1") });
  expect(await client.request("GET", `${path}/a`)).toMatchObject({ data: { value: "1" } });
  const refused = client.request("POST", path, { body: configMap("a", "1") });
  await expect(refused).rejects.toMatchObject({ httpCode: 409, reason: "AlreadyExists" });
  await expect(client.request("GET", `${path}/b`)).rejects.toThrow(ApiError);
});

test("a list is kept through changes, restarts, and a server that has forgotten", async () => {
  server.objects.create(configMap("a", "1"));
  begin();
  await shows("default/a=1");
  server.objects.create(configMap("b", "2"));
  server.objects.replace(configMap("a", "3"));
  await shows("default/a=3 default/b=2");
  watch?.restart();
  server.objects.delete({ ...configMap("a", ""), ...configMap("a", "").metadata });
  await shows("default/b=2");
  server.compact();
  watch?.restart();
  server.objects.delete({ ...configMap("b", ""), ...configMap("b", "").metadata });
  server.objects.create(configMap("c", "4"));
  server.compact();
  await shows("default/c=4");
});

test("what a handler throws is logged, once, and hides no other object", async () => {
  client.close();
  const lines: string[] = [];
  const logger = createLogger({ print: (line) => lines.push(line) });
  client = createClient({ server: server.url }, logger);
  server.objects.create(configMap("bad", "1"));
  server.objects.create(configMap("good", "1"));
  watch = client.watch(path, {
    change(key) {
      if (key.endsWith("/bad")) throw new RangeError("what is this?");
      if (!key.endsWith("kube-root-ca.crt")) seen.set(key, "seen");
    },
  });
  await shows("default/good=seen");
  server.objects.replace(configMap("bad", "2"));
  server.objects.create(configMap("later", "1"));
  await shows("default/good=seen default/later=seen");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/the handler of a watch failed: RangeError: what is this\?/);
});

test("no answer is an error of its own", async () => {
  const nobody = createClient({ server: "http://127.0.0.1:1" });
  await expect(nobody.request("GET", path)).rejects.toMatchObject({ httpCode: 0 });
});
