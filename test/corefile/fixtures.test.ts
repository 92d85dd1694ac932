import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CorefileSource } from "#dns/corefile/source.ts";
import { checkCorefile } from "#dns/server/check.ts";
import { createLogger } from "#observe/logger.ts";

const folder = join(import.meta.dirname, "fixtures");
const files = readdirSync(folder).sort();

test.each(files)("%s loads as it is shipped", async (name) => {
  const file = join(folder, name);
  const reading = new CorefileSource({ file, defaultPort: 53, environment: {} }).read();
  if ("error" in reading) throw reading.error;
  const warnings: string[] = [];
  const logger = createLogger({ level: "warn", print: (line) => warnings.push(line) });
  const lines = await checkCorefile(reading.corefile, logger);
  const blocks = readFileSync(file, "utf8").match(/^\S+ \{$/gm) ?? [];
  expect(lines).toHaveLength(blocks.length);
  expect(warnings).toEqual([]);
});

test.each([
  ["kubeadm.corefile", "compiled: cluster.local. in-addr.arpa. ip6.arpa.; cached: ."],
  ["kind.corefile", "compiled: cluster.local. in-addr.arpa. ip6.arpa.; cached: ."],
  ["eks.corefile", "compiled: cluster.local. in-addr.arpa. ip6.arpa.; cached: ."],
])("%s: workers answer the cluster and the cache", async (name, expected) => {
  const source = new CorefileSource({
    file: join(folder, name),
    defaultPort: 53,
    environment: {},
  });
  const reading = source.read();
  if ("error" in reading) throw reading.error;
  const [line] = await checkCorefile(reading.corefile, createLogger({ print: () => {} }));
  expect(line?.endsWith(expected)).toBe(true);
});
