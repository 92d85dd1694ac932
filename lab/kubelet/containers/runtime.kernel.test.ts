/** Containers as real processes, on either kind of root; without pods, network or API. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { until } from "#test/support/dns-server.ts";
import type { ContainerPlan, RootKind } from "./contract.ts";
import { LogFile } from "./log-file.ts";
import { type RunningContainer, Runtime } from "./runtime.ts";

const base: ContainerPlan = {
  name: "test",
  argv: [],
  env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", WORD: "a b" },
  workingDir: "/tmp",
  hostname: "box",
  netns: undefined,
  files: undefined,
  stopSignal: "SIGTERM",
  mounts: [],
  user: undefined,
  isPrivileged: false,
  hasReadOnlyRoot: false,
  hasStdin: false,
  hasTerminal: false,
};

describeWhere(["podNetworks"], "containers", () => {
  describe.each<RootKind>(["overlay", "read-only binds"])("on a root of %s", (rootKind) => {
    let folder: string;
    let runtime: Runtime;
    let count = 0;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "fairlead-containers-"));
      runtime = new Runtime(folder, rootKind);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    /** Starts a shell; the log is its texts, once it has ended. */
    async function start(script: string, plan: Partial<ContainerPlan> = {}) {
      const file = join(folder, `${count++}.log`);
      const log = new LogFile(file, Date.now);
      const argv = plan.argv ?? ["sh", "-c", script];
      const running: RunningContainer = await runtime.start({ ...base, ...plan, argv }, log);
      const logged = (): string => readFileSync(file, "utf8");
      const texts = async (): Promise<string> => {
        await running.ended;
        log.close();
        const lines = logged().trimEnd().split("\n");
        return lines.map((line) => line.split(" ").slice(3).join(" ")).join("\n");
      };
      return { running, texts, logged };
    }

    test("it has its own names, files and process ids, and ends as its command does", async () => {
      const script = `
        cat /proc/sys/kernel/hostname; echo $WORD; pwd; touch /tmp/own && ls /tmp
        cat /proc/1/comm; touch /root-is-mine 2>/dev/null || echo read-only; exit 5`;
      const { running, texts } = await start(script);
      const lines = ["box", "a b", "/tmp", "own", "sh"];
      if (rootKind === "read-only binds") {
        expect((await texts()).split("\n").slice(0, 5)).toEqual(lines);
        expect(await (await start("touch /usr/x 2>/dev/null || echo read-only")).texts()).toBe(
          "read-only",
        );
      } else expect(await texts()).toBe(lines.join("\n"));
      expect(await running.ended).toBe(5);
      expect(existsSync("/root-is-mine")).toBe(false);
    });

    test.each([
      [
        "a command that minds",
        "trap 'echo bye; exit 9' TERM; echo up; while :; do sleep 0.05; done",
        9,
        "up\nbye",
      ],
      ["a command that does not", "echo up; exec sleep 100", 143, "up"],
    ])("SIGTERM reaches %s", async (_, script, code, words) => {
      const { running, texts, logged } = await start(script);
      await until(() => logged().includes("up"));
      running.kill("SIGTERM");
      expect(await running.ended).toBe(code);
      expect(await texts()).toBe(words);
    });

    test("SIGKILL ends all of it", async () => {
      const { running, texts } = await start("(sleep 100 &); trap '' TERM; sleep 100");
      running.kill("SIGKILL");
      expect(await running.ended).toBe(137);
      expect(await texts()).toBe("");
    });

    test("it can belong to someone", async () => {
      const { texts } = await start("id -u; id -g", { user: { uid: 1234, gid: 5678 } });
      expect(await texts()).toBe("1234\n5678");
    });

    test("a command that is not there is named", async () => {
      await expect(start("", { argv: ["/no/such"] })).rejects.toThrow(
        'exec: "/no/such": executable file not found in $PATH',
      );
    });

    test("what cannot be mounted is told in the words of mount", async () => {
      const mount = {
        source: "/no/such",
        target: "/tmp/x",
        isFile: false,
        readOnly: false,
        followsNode: false,
      };
      await expect(start("", { mounts: [mount] })).rejects.toThrow(
        /cannot be made: mount: .*\/no\/such/,
      );
    });
  });
});
