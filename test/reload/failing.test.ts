import { once } from "node:events";
import { createServer } from "node:net";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freePorts } from "#test/support/ports.ts";
import { askOnce } from "./asker.ts";
import {
  FIRST_PORT,
  get,
  metric,
  type ReloadingServer,
  startServer,
  temporaryFolder,
} from "./server.ts";

test("a second server on the same port is told so, and the first does not notice", async () => {
  const [port = 0] = await freePorts(1, FIRST_PORT);
  const corefile = (zone: string) => `${zone}:${port} {\n  whoami\n}\n`;
  await startServer(temporaryFolder(), corefile("a.test"));
  await expect(startServer(temporaryFolder(), corefile("b.test"))).rejects.toThrow(/FL-L002/);
  expect([await askOnce(port, "a.test"), await askOnce(port, "b.test")]).toEqual([
    "NODATA",
    "REFUSED",
  ]);
});

describe("a reload that fails leaves everything as it was", () => {
  let port = 0;
  let second = 0;
  let http = 0;
  let taken = 0;
  beforeAll(async () => {
    [port = 0, second = 0, http = 0, taken = 0] = await freePorts(4, FIRST_PORT);
  });

  const rows: readonly [name: string, corefile: () => string, complaint: RegExp][] = [
    ["a brace that is never closed", () => `.:${port} {\n  whoami\n`, /is never closed/],
    ["an unknown plugin", () => `.:${port} {\n  whomai\n}\n`, /'whomai' is no plugin/],
    [
      "an unknown option",
      () => `.:${port} {\n  health {\n    duck 5s\n  }\n}\n`,
      /'duck' is unknown/,
    ],
    ["a bad value", () => `.:${port} {\n  reload often\n}\n`, /is no duration/],
    [
      "a zone twice",
      () => `.:${port} {\n  whoami\n}\n.:${port} {\n  whoami\n}\n`,
      /served already/,
    ],
    ["a missing import", () => `.:${port} {\n  import ./nothing\n}\n`, /'\.\/nothing' to import/],
    [
      "a server's port that is taken",
      () => `.:${port} .:${second} .:${taken} {\n  whoami\n}\n`,
      /EADDRINUSE/,
    ],
    [
      "a health port that is taken",
      () => `.:${port} .:${second} {\n  whoami\n  health 127.0.0.1:${taken}\n}\n`,
      /is taken by another process/,
    ],
    [
      "a plugin that cannot start",
      () =>
        `.:${port} {\n  health 127.0.0.1:${http}\n  kubernetes cluster.local {\n    kubeconfig /nowhere/config\n  }\n}\n`,
      /\/nowhere\/config/,
    ],
  ];

  const served = () => `.:${port} {
  whoami
  health 127.0.0.1:${http}
  ready 127.0.0.1:${http}
  prometheus 127.0.0.1:${http}
}
`;

  async function expectServing(server: ReloadingServer, failed: number): Promise<void> {
    const url = `http://127.0.0.1:${http}`;
    expect(await askOnce(port, "x.test")).toBe("NODATA");
    expect(await askOnce(second, "x.test")).toMatch(/lost|ECONNREFUSED/);
    expect(await get(`${url}/health`)).toBe("200 OK");
    expect(await get(`${url}/ready`)).toBe("200 OK");
    expect(await metric(`${url}/metrics`, "coredns_reload_failed_total")).toBe(failed);
    const [sha512 = ""] = server
      .lines()
      .flatMap((line) => /SHA512 = ([0-9a-f]{128})$/.exec(line)?.[1] ?? [])
      .slice(-1);
    expect(
      await metric(`${url}/metrics`, "coredns_reload_version_info", 'hash="sha512"', sha512),
    ).toBe(1);
  }

  test("row by row in one process", async () => {
    const other = createServer().listen(taken, "127.0.0.1");
    onTestFinished(() => void other.close());
    await once(other, "listening");
    const server = await startServer(temporaryFolder(), served());
    for (const [index, [name, corefile, complaint]] of rows.entries()) {
      const before = server.lines().length;
      expect(await server.reload(corefile()), name).toMatch(/\[ERROR\].* stays in force: /);
      expect(server.lines().slice(before).join("\n"), name).toMatch(complaint);
      await expectServing(server, index + 1);
    }
    expect(await server.reload(`${served()}# mended\n`)).toMatch(/complete/);
    await expectServing(server, rows.length);
  });
});
