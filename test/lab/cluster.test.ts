/** The lab from up to down, with a stock kubectl and with the lab's own commands. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { labNeeds, processesWith, TestLab } from "./lab.ts";

/** A web server that says which pod it is and who asks, in what every machine that runs the lab has. */
const server = `require("node:http").createServer((q, s) => s.end(
  require("node:os").hostname() + " " + q.socket.remoteAddress.replace("::ffff:", "") + "\\n")).listen(8080)`;

const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "server",
            image: "debian",
            command: [process.execPath, "-e", server],
            ports: [{ containerPort: 8080 }],
            readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
          },
        ],
      },
    },
  },
};
const service = (name: string, type: string, more: object = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { type, selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }], ...more },
});
const client = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "client" },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: "client", image: "debian", command: ["sleep", "infinity"] }],
  },
};
/** Proxies, DNS and the balancer hear of a Service and its pods a moment after the API. */
const patience = { timeout: 30_000, interval: 300 };
const podName = /^web-[a-z0-9]+-[a-z0-9]+ [\d.]+$/;

describeWhere([...labNeeds, "kubectl"], "a lab", () => {
  let lab: TestLab;
  const inClient = (...command: readonly string[]) =>
    lab.must("exec", "client", "--", ...command).then((text) => text.trim());
  const fetched = (url: string) => inClient("curl", "-s", "--max-time", "5", url);
  const fromOutside = (url: string) => lab.machine.run("curl", ["-s", "--max-time", "5", url]);
  const nodesReady = () =>
    lab.kubectl(
      ...["get", "nodes", "-o"],
      'jsonpath={range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status} {end}',
    );
  const untilNodesAre = async (wanted: string): Promise<void> => {
    for (const endMs = Date.now() + 60_000; ; await sleep(200)) {
      const nodes = (await nodesReady()).trim();
      if (nodes === wanted) return;
      if (Date.now() > endMs) throw new Error(`${nodes} in place of ${wanted}\n${lab.logs()}`);
    }
  };
  const allReady = "node1=True node2=True node3=True";

  beforeAll(async () => {
    lab = await TestLab.create();
    const output = await lab.up();
    expect(output).toMatch(/The cluster is up after [\d.]+ s\./);
    const objects = [
      web,
      client,
      service("web-service", "ClusterIP"),
      service("web-node", "NodePort", {
        ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
      }),
      service("web-balanced", "LoadBalancer"),
      service("web-local", "LoadBalancer", { externalTrafficPolicy: "Local" }),
    ];
    await lab.apply(...objects);
    await lab.kubectl("rollout", "status", "deployment/web", "--timeout=60s");
    await lab.kubectl("wait", "--for=condition=Ready", "pod/client", "--timeout=60s");
  }, 180_000);
  afterAll(() => lab?.close(), 60_000);

  test("steps are told, and an up that is up says so", async () => {
    const output = await lab.up();
    expect(output).toContain("The cluster is up already.");
    expect(output).toContain("lab kubectl get pods -A");
    const json = await lab.up("-o", "json");
    expect(JSON.parse(json)).toMatchObject({ ready: true, outcome: "was up" });
  });

  test("kubectl sees nodes and pods", async () => {
    expect(await nodesReady()).toBe(`${allReady} `);
    const nodes = await lab.kubectl("get", "nodes", "-o", "wide");
    for (const address of ["172.30.0.2", "172.30.0.3", "172.30.0.4"])
      expect(nodes).toContain(address);
    const pods = await lab.kubectl("get", "pods", "-A", "-o", "wide", "--no-headers");
    const rows = pods.trim().split("\n");
    expect(rows).toHaveLength(3 + 2 + 3 + 1);
    for (const row of rows) expect(row).toMatch(/ 1\/1 +Running /);
    const web = rows.filter((row) => row.includes(" web-"));
    expect(new Set(web.map((row) => /node\d/.exec(row)?.[0])).size).toBe(3);
  });

  test("status", async () => {
    const text = await lab.must("status");
    expect(text).toMatch(/node3 +172\.30\.0\.4 +running +yes/);
    expect(text).toMatch(/kube-system +fairlead-dns-\S+ +1\/1 +Running/);
    const json = JSON.parse(await lab.must("status", "-o", "json"));
    expect(json).toMatchObject({ ready: true, apiServer: { restarts: 0 } });
    expect(json.nodes).toHaveLength(3);
  });

  test("kubeconfig: its path, and what is in it", async () => {
    expect(await lab.must("kubeconfig")).toBe(`${lab.folder}/kubeconfig\n`);
    expect(await lab.must("kubeconfig", "--raw")).toContain("server: https://172.30.0.1:6443");
  });

  test.each(["web-service", "web-service.default", "web-service.default.svc.cluster.local"])(
    "a pod reaches a Service as %s",
    async (name) => {
      await expect.poll(() => fetched(`http://${name}/`), patience).toMatch(podName);
    },
  );

  test("a NodePort at each node, from outside the cluster", async () => {
    for (const node of ["172.30.0.2", "172.30.0.3", "172.30.0.4"])
      await expect.poll(() => fromOutside(`http://${node}:30080/`), patience).toMatch(/^web-/);
  });

  test.each(["web-balanced", "web-local"])("a LoadBalancer's address: %s", async (name) => {
    const addressOf = () =>
      lab.kubectl(
        ...["get", "service", name, "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}"],
      );
    await expect.poll(addressOf, patience).toMatch(/^172\.30\.1\.\d+$/);
    const address = await addressOf();
    await expect.poll(() => fromOutside(`http://${address}/`), patience).toMatch(/^web-/);
    const seen = await fromOutside(`http://${address}/`);
    // Only with the policy Local does the pod see who asks.
    expect(seen.includes("172.30.0.254")).toBe(name === "web-local");
    await expect.poll(() => fetched(`http://${address}/`), patience).toMatch(/^web-/);
  });

  test("names of the world outside are known, and reached", async () => {
    await expect
      .poll(() => fetched("http://example.com/"), patience)
      .toMatch(/^example\.com of the outside world: hello 172\.30\.0\.\d+$/);
    expect(
      (await lab.lab("exec", "client", "--", "getent", "hosts", "nowhere.invalid")).status,
    ).toBe(2);
  });

  test("exec: output, input and exit status of the command", async () => {
    expect(await inClient("hostname")).toBe("client");
    expect((await lab.lab("exec", "client", "--", "sh", "-c", "exit 7")).status).toBe(7);
    expect(await lab.withInput("hello\n", "exec", "-i", "client", "--", "cat")).toBe("hello\n");
    const { status, output } = await lab.lab("exec", "nobody", "--", "true");
    expect([status, output]).toEqual([1, expect.stringContaining("FL-M006")]);
    expect(await lab.kubectl("exec", "client", "--", "hostname")).toBe("client\n");
  });

  test("logs of the lab's own processes", async () => {
    expect((await lab.must("logs")).split("\n")).toContain("apiserver");
    expect(await lab.must("logs", "apiserver")).toContain("serving https://172.30.0.1:6443");
    expect((await lab.lab("logs", "nothing")).output).toContain("there are apiserver, node1");
  });

  test("the API server is killed: it comes back with all that there was", async () => {
    const [found = ""] = processesWith(lab.folder).filter((line) => line.includes(" apiserver "));
    process.kill(Number(found.split(" ")[0]), "SIGKILL");
    for (const endMs = Date.now() + 60_000; ; await sleep(100)) {
      const { status, output } = await lab.lab("kubectl", "get", "deployment", "web", "-o", "name");
      if (status === 0) break;
      if (Date.now() > endMs) throw new Error(`${output}\n${lab.logs()}`);
    }
    const json = JSON.parse((await lab.lab("status", "-o", "json")).output);
    expect(json.apiServer.restarts).toBe(1);
    await untilNodesAre(allReady);
    await expect.poll(() => fetched("http://web-service/"), patience).toMatch(podName);
  }, 180_000);

  test("a node is partitioned and healed", async () => {
    await lab.must("node", "partition", "node2");
    await untilNodesAre("node1=True node2=Unknown node3=True");
    expect((await lab.lab("status")).output).toMatch(/node2 +172\.30\.0\.3 +partitioned +no/);
    await lab.must("node", "heal", "node2");
    await untilNodesAre(allReady);
  }, 180_000);

  test("a node is stopped and started", async () => {
    expect((await lab.lab("node", "start", "node3")).output).toContain(
      "FL-M005: cannot start node3: it is running",
    );
    expect((await lab.lab("node", "stop", "node9")).output).toContain(
      "there is no node node9, there are node1, node2, node3",
    );
    await lab.must("node", "stop", "node3");
    expect(processesWith(lab.folder).filter((line) => line.includes("/node3/"))).toEqual([]);
    await untilNodesAre("node1=True node2=True node3=Unknown");
    await lab.must("node", "start", "node3");
    await untilNodesAre(allReady);
    await lab.kubectl("rollout", "status", "deployment/web", "--timeout=60s");
    await lab.kubectl(
      "rollout",
      "status",
      "-n",
      "kube-system",
      "daemonset/fairlead-node",
      "--timeout=60s",
    );
  }, 180_000);

  test("a second lab does not take the first one's subnet", async () => {
    const { status, output } = await lab.lab("up", "--folder", `${lab.folder}-2`);
    expect(output).toContain(
      "FL-M002: the subnet 172.30.0.0/23 is in use: this machine has a route to 172.30.0.0/24 on fl-lab-",
    );
    expect(status).toBe(1);
  });

  test("a second lab beside it, with another folder and subnet, and of one node", async () => {
    const second = ["--folder", `${lab.folder}-2`];
    await lab.must("up", ...second, "--subnet", "172.30.2.0/23", "--nodes", "1");
    expect(await lab.must("status", ...second)).toMatch(/node1 +172\.30\.2\.2 +running +yes/);
    expect(await lab.must("status")).toContain("subnet 172.30.0.0/23");
    expect(await lab.must("down", ...second)).toContain("is gone after");
    await expect.poll(() => fetched("http://web-service/"), patience).toMatch(podName);
  }, 120_000);

  test("down leaves nothing", async () => {
    expect(await lab.must("down")).toMatch(/is gone after [\d.]+ s\.\n/);
    expect(await lab.remains()).toEqual([]);
    expect(await lab.must("down")).toContain("nothing to do");
  });
});
