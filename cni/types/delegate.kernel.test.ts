import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeWhere, findCniPlugins } from "#test/support/capabilities.ts";
import { temporaryFolder, writeFiles } from "#test/support/lease-folder.ts";
import { scene } from "../testing/scene.ts";
import { bridge } from "./bridge/bridge.ts";

const addresses = [{ address: "10.9.0.7/24", gateway: "10.9.0.1" }];

describeWhere(
  ["cniPlugins"],
  "addresses from the reference plugin static, found in CNI_PATH",
  () => {
    const env = { CNI_PATH: `/nowhere:${findCniPlugins()}` };

    test.each(["0.3.1", "0.4.0", "1.0.0"])("ADD and DEL in CNI %s", async (cniVersion) => {
      const { run, network } = scene(bridge, {
        cniVersion,
        isGateway: true,
        ipam: { type: "static", addresses },
      });
      expect((await run({ env })).document).toMatchObject({
        cniVersion,
        ips: [{ address: "10.9.0.7/24", interface: 2 }],
      });
      expect((await network.linkState({ link: "cni0" }))?.addresses).toEqual(["10.9.0.1/24"]);
      expect(await run({ command: "DEL", env })).toMatchObject({ status: 0, stdout: "" });
    });

    test("its error comes with its name, and nothing is left", async () => {
      const ipam = { type: "static", addresses: [{ address: "none" }] };
      const { run, network } = scene(bridge, { cniVersion: "1.0.0", ipam });
      const { document } = await run({ env });
      expect(document.msg).toMatch(/^plugin static: .*none/);
      expect(network.dump()).toBe("");
    });
  },
);

test("a program that is nowhere is named with the path", async () => {
  const { run } = scene(bridge, { ipam: { type: "absent" } });
  const { document } = await run({ env: { CNI_PATH: "/a:/b" } });
  expect(document.msg).toBe('failed to find plugin "absent" in path [/a /b]');
});

test("one that prints no JSON, and DEL after its ADD failed", async () => {
  const folder = temporaryFolder();
  const log = join(folder, "log");
  writeFiles(folder, { odd: `#!/bin/sh\necho $CNI_COMMAND >>${log}\necho oops\nexit 3\n` });
  chmodSync(join(folder, "odd"), 0o755);
  const { run } = scene(bridge, { ipam: { type: "odd" } });
  const { document } = await run({ env: { CNI_PATH: folder } });
  expect(document).toMatchObject({
    code: 999,
    msg: "plugin odd: ended with status 3",
    details: "oops\n",
  });
  expect(readFileSync(log, "utf8")).toBe("ADD\nDEL\n");
});
