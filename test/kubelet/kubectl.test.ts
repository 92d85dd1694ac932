/** A stock kubectl in front of the API server, with a real node behind it. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { findKubectl } from "#test/support/layer.ts";
import { token } from "./node.ts";
import { buildScene, isReady, type Scene } from "./scene.ts";

const run = promisify(execFile);

describeWhere(["podNetworks", "nftables", "kubectl"], "kubectl and the lab's node", () => {
  let scene: Scene;
  const program = findKubectl() ?? "kubectl";
  const flags = (): readonly string[] => ["--kubeconfig", join(scene.folder, "kubeconfig")];
  const kubectl = async (...args: readonly string[]): Promise<string> =>
    (await run(program, [...flags(), ...args])).stdout;

  beforeAll(async () => {
    scene = await buildScene({ backOffMs: 300 });
    scene.installNetwork();
    const serve = `require("http").createServer((q,s)=>s.end("hello "+q.url))
      .listen(8080,"127.0.0.1",()=>require("fs").writeFileSync("/tmp/up",""))`;
    const exec = { command: ["test", "-e", "/tmp/up"] };
    scene.create("web", {
      containers: [
        {
          name: "main",
          image: "x",
          command: [process.execPath, "-e", serve],
          readinessProbe: { exec, periodSeconds: 1, timeoutSeconds: 10 },
        },
      ],
    });
    await scene.until("web", isReady);
    await scene.becomes("no event", () => scene.events("web").includes("Started"));
  });
  afterAll(async () => {
    await scene?.close();
  });

  test("exec, with input and an exit code", async () => {
    expect(await kubectl("exec", "web", "--", "sh", "-c", "echo $HOSTNAME")).toBe("web\n");
    const child = spawn(program, [
      ...flags(),
      "exec",
      "-i",
      "web",
      "--",
      "sh",
      "-c",
      "cat; exit 3",
    ]);
    child.stdin.end("typed");
    const [stdout] = await Promise.all([text(child.stdout), once(child, "close")]);
    expect([stdout, child.exitCode]).toEqual(["typed", 3]);
  });

  test("run -i --rm, from the first word to the last", async () => {
    const override = JSON.stringify({ spec: { nodeName: "node1" } });
    const args = [
      "run",
      "-i",
      "--rm",
      "--restart=Never",
      "--image=busybox",
      `--overrides=${override}`,
    ];
    const child = spawn(program, [
      ...flags(),
      ...args,
      "once",
      "--",
      "sh",
      "-c",
      "read -r w; echo got $w",
    ]);
    child.stdin.end("word\n");
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    expect(stdout, stderr).toContain("got word\n");
    // kubectl asks for its end and does not wait for it.
    await scene.gone("once");
  });

  test("port-forward reaches what listens on the pod's loopback", async () => {
    const child = spawn(program, [...flags(), "port-forward", "pod/web", ":8080"]);
    try {
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk;
      });
      child.stderr.on("data", (chunk: Buffer) => {
        output += chunk;
      });
      const port = (): string | undefined => /127\.0\.0\.1:(\d+) ->/.exec(output)?.[1];
      await scene.becomes("kubectl does not listen", () => port() !== undefined);
      const pages = ["/one", "/two", "/three"].map((path) =>
        page(`http://127.0.0.1:${port()}${path}`),
      );
      expect(await Promise.all(pages), output).toEqual([
        "hello /one",
        "hello /two",
        "hello /three",
      ]);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("describe tells what happened", async () => {
    const story = await kubectl("describe", "pod", "web");
    expect(story).toMatch(
      /Pulled .*already present on machine[\s\S]*Created .*\n.*Started container main|Started/,
    );
    expect(await kubectl("get", "node", "node1", "--no-headers")).toMatch(/^node1\s+Ready/);
  });

  test("the node asks the plugin whether a pod's network is as it was", async () => {
    const path = `http://172.31.0.2:10250/checkNetwork/default/web`;
    expect(await page(path)).toBe("ok");
    const name = scene.node.run("ls", "/run/netns").trim();
    scene.node.run("ip", "-n", name, "addr", "flush", "dev", "eth0");
    expect(await page(path)).toMatch(/^plugin type="fairlead" failed \(check\): /);
  });
});

async function page(url: string): Promise<string> {
  const sent = request(url, { agent: false, headers: { authorization: `Bearer ${token}` } });
  sent.end();
  const [response] = await once(sent, "response");
  return text(response);
}
