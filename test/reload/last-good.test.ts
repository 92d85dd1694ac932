import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freePorts } from "#test/support/ports.ts";
import { askOnce } from "./asker.ts";
import { FIRST_PORT, get, metric, startServer, temporaryFolder } from "./server.ts";

const BROKEN = ".:53 {\n  whomai\n}\n";

test("a restart with a broken Corefile serves the last good one and says so, until it is mended", async () => {
  const folder = temporaryFolder();
  const state = join(folder, "state");
  const [port = 0, http = 0] = await freePorts(2, FIRST_PORT);
  const url = `http://127.0.0.1:${http}`;
  const good = (zone: string) => `${zone}:${port} {
  import *.part
  prometheus 127.0.0.1:${http}
  ready 127.0.0.1:${http}
  reload 2s 0s
}
`;
  writeFileSync(join(folder, "common.part"), "whoami\n");
  const flags = ["-state-dir", state];
  const first = await startServer(folder, good("a.test"), { flags });
  expect(await first.reload(good("b.test"))).toMatch(/complete/);
  await first.stop();
  expect(readFileSync(join(state, "Corefile.last-good"), "utf8")).toContain("whoami");
  writeFileSync(join(folder, "common.part"), "whomai\n");

  const second = await startServer(folder, BROKEN, { flags });
  const loud = await second.line(/\[ERROR\].* cannot be served, the last good configuration/);
  expect(loud).toMatch(/Corefile:2: 'whomai' is no plugin/);
  const state2 = async () => ({
    answers: [await askOnce(port, "a.test"), await askOnce(port, "b.test")],
    ready: await get(`${url}/ready`),
    lastGood: await metric(`${url}/metrics`, "fairlead_dns_serving_last_good"),
    versions: await metric(`${url}/metrics`, "coredns_reload_version_info"),
  });
  const answers = ["REFUSED", "NODATA"];
  expect(await state2()).toEqual({ answers, ready: "200 OK", lastGood: 1, versions: 0 });

  // The file is still followed.
  const before = second.lines().length;
  writeFileSync(join(folder, "common.part"), "whoami\n");
  second.write(good("b.test"));
  await second.line(/reloading complete/, before);
  expect(await state2()).toEqual({ answers, ready: "200 OK", lastGood: 0, versions: 1 });
});

test("without a state folder, or with one that cannot be written, a server serves what it is given", async () => {
  const folder = temporaryFolder();
  const [port = 0] = await freePorts(1, FIRST_PORT);
  const corefile = `.:${port} {\n  whoami\n}\n`;
  const flags = ["-state-dir", join(folder, "Corefile")];
  const server = await startServer(folder, corefile, { flags });
  await server.line(/\[WARN(ING)?\] the configuration cannot be kept in /);
  expect(await askOnce(port, "x.test")).toBe("NODATA");
  await server.stop();
  await expect(startServer(folder, BROKEN, { flags })).rejects.toThrow(/'whomai' is no plugin/);
});
