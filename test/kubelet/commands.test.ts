/** Logs and commands as kubectl asks for them, through the API server; a node that loses its power. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { buildScene, container, isReady, type Scene, sleeper } from "./scene.ts";

describeWhere(["podNetworks", "nftables"], "clients of the lab's node", () => {
  let scene: Scene;
  const log = (pod: string, query = ""): Promise<string> =>
    scene.get(`/api/v1/namespaces/default/pods/${pod}/log?${query}`);

  beforeAll(async () => {
    scene = await buildScene({ backOffMs: 300 });
    scene.installNetwork();
    scene.create("main", {
      containers: [
        {
          ...sleeper,
          command: [
            "sh",
            "-c",
            "for i in 1 2 3; do echo line $i; done; echo bad >&2; exec sleep 1000",
          ],
        },
      ],
    });
    await scene.until("main", isReady);
  });
  afterAll(async () => {
    await scene?.close();
  });

  test("streams, input and exit code of a command", async () => {
    const script = "read -r words; echo out $words; echo err >&2; exit 7";
    expect(await scene.exec("main", ["sh", "-c", script], { stdin: "a b\n" })).toMatchObject({
      stdout: "out a b\n",
      stderr: "err\n",
      status: {
        status: "Failure",
        reason: "NonZeroExitCode",
        details: { causes: [{ reason: "ExitCode", message: "7" }] },
      },
    });
    const result = await scene.exec("main", ["cat"], { stdin: "x".repeat(100_000) });
    expect(result.stdout).toHaveLength(100_000);
    expect(result.status).toEqual({ metadata: {}, status: "Success" });
  });

  test("a program that is not there", async () => {
    const { status } = await scene.exec("main", ["nosuch"]);
    expect(status.message).toContain('exec: "nosuch": executable file not found in $PATH');
  });

  test("a terminal of the client's size", async () => {
    const size = { Width: 101, Height: 33 };
    // The terminal is there first, and then it gets its size.
    const script = 'for i in $(seq 200); do [ "$(stty size)" = "0 0" ] || break; sleep 0.1; done';
    const { stdout } = await scene.exec("main", ["sh", "-c", `${script}; tty; stty size`], {
      tty: true,
      size,
    });
    expect(stdout).toBe("/dev/pts/0\r\n33 101\r\n");
  });

  test("a client that goes ends its command", async () => {
    const isThere = (): boolean => /^sleep 777$/m.test(scene.node.run("ps", "ax", "-o", "args"));
    expect(isThere()).toBe(false);
    await scene.exec("main", ["sleep", "777"], {
      leaveWhen: scene.becomes("the command does not run", isThere),
    });
    await scene.becomes("the command goes on", () => !isThere());
  });

  test("attach: the streams of the container's own command, with its terminal", async () => {
    scene.create("shell", {
      restartPolicy: "Never",
      containers: [
        {
          name: "main",
          image: "busybox",
          command: ["sh"],
          stdin: true,
          stdinOnce: true,
          tty: true,
        },
      ],
    });
    await scene.until("shell", isReady);
    const { stdout } = await scene.exec("shell", [], {
      verb: "attach",
      tty: true,
      stdin: "echo $((6*7)); exit\n",
    });
    expect(stdout).toContain("42\r\n");
    await scene.until("shell", ({ phase }) => phase === "Succeeded");
  });

  test("logs: whole, the last lines, with times, and followed to the end", async () => {
    const patience = { timeout: 30_000, interval: 100 };
    await expect.poll(() => log("main"), patience).toBe("line 1\nline 2\nline 3\nbad\n");
    expect(await log("main", "tailLines=2")).toBe("line 3\nbad\n");
    expect(await log("main", "tailLines=1&timestamps=true")).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z bad\n$/,
    );
    expect(await log("main", "limitBytes=6")).toBe("line 1");
    expect(await log("main", "sinceTime=2999-01-01T00:00:00Z")).toBe("");
    expect(JSON.parse(await log("main", "previous=true")).message).toContain(
      'previous terminated container "main" in pod "main" not found',
    );
    scene.create("ending", {
      restartPolicy: "Never",
      containers: [
        {
          ...sleeper,
          command: ["sh", "-c", "echo 1; until [ -e /go ]; do sleep 0.1; done; echo 2; echo 3"],
        },
      ],
    });
    await scene.until("ending", ({ phase }) => phase === "Running");
    const followed = log("ending", "follow=true");
    await scene.exec("ending", ["touch", "/go"]);
    expect(await followed).toBe("1\n2\n3\n");
    // The node is about to lose its power: what it has not told by then it does not know any more.
    await scene.until("ending", ({ phase }) => phase === "Succeeded");
  });

  test("a node that loses its power starts its pods anew and cleans up behind those before", async () => {
    const before = scene.pod("main")?.status?.podIP;
    await scene.restart();
    const { status } = await scene.until(
      "main",
      (now) => container(now, "main").restartCount === 1 && isReady(now),
    );
    expect(container(status, "main").lastState.terminated).toMatchObject({
      exitCode: 255,
      reason: "Unknown",
    });
    expect(status?.podIP).not.toBe(before);
    expect(status?.podIPs).toEqual([{ ip: status?.podIP }]);
    await scene.becomes("something is left", () => {
      const files = scene.node
        .run("ls", "/var/lib/cni/results", "/run/netns")
        .match(/^(fairlead|cni)-/gm);
      const leases = scene.node.run("ls", "/run/fairlead/ipam/fairlead").match(/^10\./gm);
      return files?.length === 2 && leases?.length === 1;
    });
    expect(scene.pod("ending")?.status?.phase).toBe("Succeeded");
    scene.remove("ending");
    await scene.gone("ending");
  });
});
