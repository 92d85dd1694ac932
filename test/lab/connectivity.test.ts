/** `fairlead status` and `fairlead test connectivity` over a lab, with all that they have to say. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { type Ended, labNeeds, TestLab } from "./lab.ts";

const fairlead = new URL("../../bin/fairlead", import.meta.url).pathname;

describeWhere([...labNeeds], "a lab that is asked how it is", () => {
  let lab: TestLab;
  const run = async (...words: readonly string[]): Promise<Ended> => {
    const kubeconfig = join(lab.folder, "kubeconfig");
    const started = lab.machine.start(fairlead, words, { KUBECONFIG: kubeconfig });
    return { status: await started.ended, output: started.output() };
  };

  beforeAll(async () => {
    lab = await TestLab.create();
    await lab.up("--nodes", "2");
  }, 180_000);
  afterAll(() => lab?.close(), 60_000);

  test("status", async () => {
    const { status, output } = await run("status", "-wait", "-wait-duration", "60s");
    expect(output).toMatch(/^Nodes +ok +2 of 2 ready$/m);
    expect(output).toMatch(/^fairlead-node +ok +DaemonSet: 2 of 2 ready$/m);
    expect(output).toMatch(/^kube-dns +ok +10\.96\.0\.10, 2 of 2 endpoints ready$/m);
    expect(status).toBe(0);
  }, 120_000);

  test("every probe passes, and nothing of the test stays", async () => {
    const junit = join(lab.folder, "junit.xml");
    const { status, output } = await run("test", "connectivity", "-junit-file", junit);
    expect(output).not.toMatch(/^(?:FAIL|skip)/m);
    expect(output).toMatch(/^26 passed, 0 failed, 0 skipped$/m);
    expect(status).toBe(0);
    expect(readFileSync(junit, "utf8")).toContain('tests="26" failures="0" skipped="0"');
    // A namespace goes after what is in it.
    await expect
      .poll(() => lab.kubectl("get", "namespaces"), { timeout: 30_000, interval: 300 })
      .not.toContain("fairlead-test");
  }, 180_000);

  test("what is wrong is said, in a namespace of choice, and the status tells", async () => {
    const { status, output } = await run(
      ...["test", "connectivity", "-namespace", "other", "-external-name", "nowhere.invalid"],
      ...["-test", "dns-external,dns-udp"],
    );
    expect(output).toMatch(
      /^FAIL dns-external +nowhere\.invalid\.: NXDOMAIN without a record for nowhere\.invalid\.$/m,
    );
    expect(output).toMatch(/^ok +dns-udp/m);
    expect(output).toMatch(/^1 passed, 1 failed, 0 skipped$/m);
    expect(status).toBe(1);
  }, 120_000);

  test("a namespace that is somebody else's is left alone", async () => {
    const { status, output } = await run("test", "connectivity", "-namespace", "kube-system");
    expect([status, output]).toEqual([
      1,
      expect.stringContaining("FL-I001: namespace kube-system is not the test's own"),
    ]);
    expect(await lab.kubectl("get", "namespaces")).toMatch(/^kube-system +Active/m);
  }, 60_000);
});
