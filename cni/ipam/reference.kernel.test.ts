import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeWhere, findCniPlugins } from "#test/support/capabilities.ts";
import { filesOf, temporaryFolder } from "#test/support/lease-folder.ts";
import { callProcess, ourPlugin, type ProcessAnswer } from "../testing/process.ts";

const ours = ourPlugin("host-local");
const theirs = [join(findCniPlugins() ?? "", "host-local")];
/** A namespace that is not the test's own: the plugins only look at the path. */
const netns = "/proc/thread-self/ns/mnt";

function network(ipam: object = { subnet: "10.1.2.0/24" }) {
  const dataDir = temporaryFolder();
  const config = {
    cniVersion: "1.0.0",
    name: "net",
    type: "host-local",
    ipam: { type: "host-local", dataDir, ...ipam },
  };
  const run = (
    plugin: readonly string[],
    command: string,
    id: string,
    more: { readonly killAfterMs?: number; readonly env?: Readonly<Record<string, string>> } = {},
  ) => callProcess(plugin, { command, config, id, netns, ...more });
  return { dataDir, run };
}

function addressOf({ stdout, status }: ProcessAnswer): string {
  const address: unknown = status === 0 ? JSON.parse(stdout).ips[0].address : undefined;
  return typeof address === "string" ? address : `none: ${stdout}`;
}

const leases = (dataDir: string) =>
  Object.entries(filesOf(dataDir)).filter(([name]) => !name.startsWith("last"));

describeWhere(["linux", "cniPlugins"], "beside the reference plugin on one folder", () => {
  describe.each([
    { makes: "ours", first: ours, frees: "theirs", second: theirs },
    { makes: "theirs", first: theirs, frees: "ours", second: ours },
  ])("what $makes leased, $frees", ({ first, second }) => {
    test("does not give again, checks, and frees", async () => {
      const { run, dataDir } = network();
      expect(addressOf(await run(first, "ADD", "a"))).toBe("10.1.2.2/24");
      expect(addressOf(await run(second, "ADD", "b"))).toBe("10.1.2.3/24");
      const requested = { env: { CNI_ARGS: "IP=10.1.2.2" } };
      expect((await run(second, "ADD", "c", requested)).stdout).toContain("not available");
      expect((await run(second, "ADD", "a")).stdout).toContain("duplicate allocation");
      expect(await run(second, "CHECK", "a")).toMatchObject({ status: 0, stdout: "" });
      expect(await run(second, "DEL", "a")).toMatchObject({ status: 0, stdout: "" });
      expect(leases(dataDir)).toEqual([["10.1.2.3", "b\r\neth0"]]);
      expect(addressOf(await run(first, "ADD", "a"))).toBe("10.1.2.4/24");
      expect(await run(first, "DEL", "b")).toMatchObject({ status: 0 });
      expect(leases(dataDir)).toEqual([["10.1.2.4", "a\r\neth0"]]);
    });
  });

  test("the files are the same to the byte, and so are the results", async () => {
    const ipam = {
      ranges: [
        [{ subnet: "10.1.2.0/24" }],
        [{ subnet: "fd00:0:0:1::/64", gateway: "fd00:0:0:1::9" }],
      ],
      routes: [{ dst: "0.0.0.0/0" }, { dst: "fd01::/64", gw: "fd00:0:0:1::8" }],
    };
    const [left, right] = [network(ipam), network(ipam)];
    const mine = await left.run(ours, "ADD", "a");
    const others = await right.run(theirs, "ADD", "a");
    expect(JSON.parse(mine.stdout)).toEqual(JSON.parse(others.stdout));
    expect(filesOf(left.dataDir)).toEqual(filesOf(right.dataDir));
  });
});

describeWhere(["linux"], "many processes at once", () => {
  test("row 56: fifty ADDs get fifty addresses, and no file is half", async () => {
    const { run, dataDir } = network();
    const ids = Array.from({ length: 50 }, (_, index) => `c${index}`);
    const answers = await Promise.all(ids.map((id) => run(ours, "ADD", id)));
    expect(answers.filter(({ status }) => status !== 0)).toEqual([]);
    expect(new Set(answers.map(addressOf)).size).toBe(50);
    expect(leases(dataDir)).toHaveLength(50);
    await Promise.all(ids.map((id) => run(ours, "DEL", id)));
    expect(leases(dataDir)).toEqual([]);
  });
});

describeWhere(["linux", "cniPlugins"], "two makes and kills at once", () => {
  test("row 56: both plugins in parallel share nothing out twice", async () => {
    const { run, dataDir } = network();
    const plugins = [ours, theirs];
    const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);
    const answers = await Promise.all(
      ids.map((id, index) => run(plugins[index % 2] ?? ours, "ADD", id)),
    );
    expect(new Set(answers.map(addressOf)).size).toBe(20);
    await Promise.all(ids.map((id, index) => run(plugins[(index + 1) % 2] ?? ours, "DEL", id)));
    expect(leases(dataDir)).toEqual([]);
  });

  const rounds = process.env.FAIRLEAD_SOAK === "1" ? 200 : 10;
  test(`row 56: ${rounds} kills at random points leave leases that DEL frees and ADD can follow`, async () => {
    const { run, dataDir } = network({ subnet: "10.1.2.0/28" });
    const seed = Number(process.env.FAIRLEAD_SEED ?? Date.now() % 100_000);
    await run(theirs, "ADD", "first");
    await run(theirs, "DEL", "first");
    for (let round = 0; round < rounds; round += 1) {
      // Start-up takes some 60 ms and the work a few: the kills lie around its end.
      const killAfterMs = 30 + ((seed + round * 37) % 90);
      const id = `c${round}`;
      await run(ours, round % 3 === 2 ? "DEL" : "ADD", id, { killAfterMs });
      for (const [name, text] of leases(dataDir))
        expect(text, `seed ${seed}, round ${round}, ${name}`).toMatch(/^\w+\r\neth0$/);
      expect(await run(round % 2 === 0 ? ours : theirs, "DEL", id)).toMatchObject({ status: 0 });
      expect(addressOf(await run(ours, "ADD", id)), `seed ${seed}`).toMatch(/^10\.1\.2\./);
      expect(await run(ours, "DEL", id)).toMatchObject({ status: 0 });
      expect(leases(dataDir), `seed ${seed}, round ${round}`).toEqual([]);
    }
  });
});
