import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { runToEnd } from "./run-to-end.ts";

/** What is wrong in a Corefile, and the beginning and some words of what is said about it. */
const typos: readonly { what: string; corefile: string; begins: string; names?: string[] }[] = [
  {
    what: "an unknown plugin",
    corefile: ".:1053 {\n    kubernetis cluster.local\n}\n",
    begins: "FL-D011: Corefile:2: 'kubernetis' is no plugin; did you mean 'kubernetes'?",
    names: ["accepted:", "whoami", "prometheus"],
  },
  {
    what: "an unknown option",
    corefile: ".:1053 {\n    kubernetes cluster.local {\n        pod insecure\n    }\n}\n",
    begins: "FL-D011: Corefile:3: 'pod' is unknown in kubernetes; did you mean 'pods'?",
    names: ["accepted:", "endpoint_pod_names", "fallthrough"],
  },
  {
    what: "an unknown word of an option",
    corefile: ".:1053 {\n    kubernetes cluster.local {\n        pods insecur\n    }\n}\n",
    begins: "FL-D011: Corefile:3: 'insecur' is unknown in pods; did you mean 'insecure'?",
    names: ["accepted: disabled, insecure, verified"],
  },
  {
    what: "a value of the wrong form",
    corefile: ".:1053 {\n    health {\n        lameduck 5\n    }\n}\n",
    begins: "FL-D012: Corefile:3: lameduck '5' is no duration; it should look like 5s",
  },
  {
    what: "a value out of range",
    corefile: ".:1053 {\n    kubernetes cluster.local {\n        ttl 3601\n    }\n}\n",
    begins: "FL-D012: Corefile:3: ttl '3601'",
  },
  {
    what: "a block that is not closed",
    corefile: ".:1053 {\n    whoami\n",
    begins: "FL-D010: Corefile:1: the '{' of this line is never closed",
  },
  {
    what: "a brace too many",
    corefile: ".:1053 {\n    whoami\n}\n}\n",
    begins: "FL-D010: Corefile:4: this '}' closes nothing",
  },
  {
    what: "a port that is none",
    corefile: ".:70000 {\n    whoami\n}\n",
    begins: "FL-D010: Corefile:1: ",
    names: ["70000"],
  },
  {
    what: "a zone served twice",
    corefile: "a.test:1053 {\n    whoami\n}\na.test:1053 {\n    whoami\n}\n",
    begins: "FL-D013: Corefile:4: ",
    names: ["a.test", "1053"],
  },
];

describeWhere(["linux"], "configuration", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fairlead-configuration-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(typos)(
    "$what is an error with file and line",
    async ({ corefile, begins, names = [] }) => {
      writeFileSync(join(folder, "Corefile"), corefile);
      const { status, stdout, stderr } = await runToEnd(["-conf", "Corefile"], { cwd: folder });
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr.slice("fairlead dns: ".length, 120)).toContain(begins);
      for (const name of names) expect(stderr).toContain(name);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
  );

  test("all that is wrong is said at once", async () => {
    writeFileSync(join(folder, "Corefile"), ".:1053 {\n  whoamy\n  errors {\n    stak\n  }\n}\n");
    const { stderr } = await runToEnd(["-conf", "Corefile"], { cwd: folder });
    expect(stderr).toContain("Corefile:2: 'whoamy'");
    expect(stderr).toContain("Corefile:4: 'stak'");
  });

  test.each([
    { args: ["-conf", "missing"], says: "FL-U001: -conf missing cannot be read: ENOENT" },
    { args: ["-conf", "."], says: "FL-U001: -conf . cannot be read: EISDIR" },
    { args: ["-cnf", "Corefile"], says: "FL-U001: there is no flag '-cnf'; there are -conf," },
    { args: ["-conf"], says: "FL-U001: flag '-conf' needs a value: FILE" },
    { args: ["-dns.port", "65536"], says: "FL-U001: -dns.port 65536 is no port" },
    { args: ["-dns.port", "53a"], says: "FL-U001: -dns.port 53a is no port" },
    { args: ["Corefile"], says: "FL-U001: 'Corefile' is no flag" },
  ])("$args is a bad command line", async ({ args, says }) => {
    const { status, stdout, stderr } = await runToEnd(args, { cwd: folder });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(says);
  });

  test("an unknown transport is a bad command line", async () => {
    const ended = await runToEnd([], { cwd: folder, transport: "carrier-pigeon" });
    expect(ended).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("batched and dgram"),
    });
  });
});
