/** What a container finds around it: files, variables, names, other mounts; and what of it stays behind. */
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { buildScene, container, isReady, type Scene, sleeper } from "./scene.ts";

describeWhere(["podNetworks", "nftables"], "surroundings of the lab's containers", () => {
  let scene: Scene;
  const sh = async (pod: string, script: string): Promise<string> => {
    const { stdout, stderr } = await scene.exec(pod, ["sh", "-c", script]);
    return stdout + stderr;
  };
  const configMap = (name: string, data: object): object => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "default" },
    data,
  });

  beforeAll(async () => {
    scene = await buildScene({ backOffMs: 300 });
    scene.installNetwork();
    const { objects } = scene.server;
    // Everything that pods below refer to.
    objects.create(configMap("settings", { "a.conf": "one", b: "two" }) as never);
    objects.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "login", namespace: "default" },
      data: { user: Buffer.from("ada").toString("base64") },
    });
    objects.create({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "my-db", namespace: "default" },
      spec: { clusterIP: "10.96.5.5", ports: [{ port: 5432 }] },
    });
  });
  afterAll(async () => {
    await scene?.close();
  });

  test("variables of the spec, of objects, of the pod itself, and of Services", async () => {
    const env = [
      { name: "FIRST", value: "1" },
      { name: "SECOND", value: "$(FIRST)-$(NOBODY)-$$(FIRST)" },
      { name: "USER_NAME", valueFrom: { secretKeyRef: { name: "login", key: "user" } } },
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      { name: "LABEL", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
    ];
    const envFrom = [{ prefix: "C_", configMapRef: { name: "settings" } }];
    scene.create("env", { containers: [{ ...sleeper, env, envFrom }] }, { labels: { app: "x" } });
    const { status } = await scene.until("env", isReady);
    const lines = (await scene.exec("env", ["env"])).stdout.split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "FIRST=1",
        "SECOND=1-$(NOBODY)-$(FIRST)",
        "USER_NAME=ada",
        `POD_IP=${status?.podIP}`,
        "NODE=node1",
        "LABEL=x",
        "C_b=two",
        "MY_DB_SERVICE_HOST=10.96.5.5",
        "MY_DB_PORT_5432_TCP_PORT=5432",
        "KUBERNETES_SERVICE_HOST=10.96.0.1",
        "HOSTNAME=env",
      ]),
    );
  });

  test("volumes from objects, which follow them; subPath and modes", async () => {
    const volumes = [
      {
        name: "c",
        configMap: {
          name: "settings",
          items: [{ key: "a.conf", path: "sub/a.conf", mode: 0o600 }],
        },
      },
      { name: "all", configMap: { name: "settings" } },
      { name: "s", secret: { secretName: "login", defaultMode: 0o400 } },
      {
        name: "d",
        downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] },
      },
      { name: "e", emptyDir: {} },
    ];
    const volumeMounts = [
      { name: "c", mountPath: "/etc/c" },
      { name: "all", mountPath: "/etc/all" },
      { name: "all", mountPath: "/etc/one.conf", subPath: "a.conf" },
      { name: "s", mountPath: "/etc/s", readOnly: true },
      { name: "d", mountPath: "/etc/d" },
      { name: "e", mountPath: "/cache" },
    ];
    const { name, image, command } = sleeper;
    scene.create(
      "files",
      { volumes, containers: [{ name, image, command, volumeMounts }] },
      { labels: { app: "x" } },
    );
    await scene.until("files", isReady);
    const cat = "cat /etc/c/sub/a.conf /etc/all/b /etc/one.conf /etc/s/user /etc/d/labels";
    expect(await sh("files", cat)).toBe('onetwooneadaapp="x"');
    expect(await sh("files", "stat -L -c %a /etc/c/sub/a.conf /etc/s/user /etc/all/b")).toBe(
      "600\n400\n644\n",
    );
    expect(
      await sh(
        "files",
        "touch /etc/s/x 2>/dev/null || echo read-only; echo 1 >/cache/x; cat /cache/x",
      ),
    ).toBe("read-only\n1\n");
    scene.server.objects.replace(configMap("settings", { "a.conf": "new", c: "3" }) as never);
    await scene.becomes("the volume does not follow", () =>
      scene.node
        .run("sh", "-c", `cat ${scene.folder}/kubelet/pods/*/volumes/all/a.conf`)
        .includes("new"),
    );
    expect(await sh("files", "ls /etc/all; cat /etc/all/a.conf /etc/one.conf")).toBe(
      "a.conf\nc\nnewone",
    );
  });

  test("the token of the service account, which the API server takes", async () => {
    const at = "/var/run/secrets/kubernetes.io/serviceaccount";
    expect(await sh("files", `cat ${at}/namespace; ls ${at}`)).toBe(
      "defaultca.crt\nnamespace\ntoken\n",
    );
    scene.create("agent-like", { hostNetwork: true, containers: [sleeper] });
    await scene.until("agent-like", isReady);
    const url = `${scene.server.url}/api/v1/namespaces/default/pods/files`;
    const script = `curl -sS --cacert ${at}/ca.crt -H "Authorization: Bearer $(cat ${at}/token)" ${url}`;
    expect(JSON.parse(await sh("agent-like", script))).toMatchObject({
      metadata: { name: "files" },
    });
  });

  test.each([
    [
      { dnsPolicy: "ClusterFirst" },
      "search default.svc.cluster.local svc.cluster.local cluster.local example.org\nnameserver 10.96.0.10\noptions ndots:5\n",
    ],
    [
      { dnsPolicy: "ClusterFirstWithHostNet", hostNetwork: true },
      "search default.svc.cluster.local svc.cluster.local cluster.local example.org\nnameserver 10.96.0.10\noptions ndots:5\n",
    ],
    [
      { dnsPolicy: "ClusterFirst", hostNetwork: true },
      "search example.org\nnameserver 192.0.2.53\noptions edns0\n",
    ],
    [{ dnsPolicy: "Default" }, "search example.org\nnameserver 192.0.2.53\noptions edns0\n"],
    [
      {
        dnsPolicy: "None",
        dnsConfig: {
          nameservers: ["192.0.2.1"],
          searches: ["a.b"],
          options: [{ name: "ndots", value: "2" }],
        },
      },
      "search a.b\nnameserver 192.0.2.1\noptions ndots:2\n",
    ],
  ])("resolv.conf for %j", async (dns, expected) => {
    const network = "hostNetwork" in dns ? "host" : "pod";
    const name = `dns-${dns.dnsPolicy.toLowerCase()}-${network}`;
    scene.create(name, { ...dns, containers: [sleeper] });
    await scene.until(name, isReady);
    expect(await sh(name, "cat /etc/resolv.conf")).toBe(expected);
  });

  test("names: hostname, subdomain, hosts file and aliases", async () => {
    scene.create("named", {
      hostname: "web-0",
      subdomain: "nginx",
      setHostnameAsFQDN: true,
      hostAliases: [{ ip: "192.0.2.9", hostnames: ["nine", "neuf"] }],
      containers: [sleeper],
    });
    const { status } = await scene.until("named", isReady);
    const fqdn = "web-0.nginx.default.svc.cluster.local";
    expect(await sh("named", "cat /proc/sys/kernel/hostname /etc/hostname")).toBe(
      `${fqdn}\n${fqdn}\n`,
    );
    const hosts = await sh("named", "cat /etc/hosts");
    expect(hosts).toContain(`${status?.podIP}\t${fqdn}\tweb-0\n`);
    expect(hosts).toContain("192.0.2.9\tnine\tneuf\n");
  });

  test("what a container writes is its own and goes with it", async () => {
    scene.create("writer", {
      containers: [
        {
          ...sleeper,
          command: [
            "sh",
            "-c",
            "ls /written 2>/dev/null; touch /written /etc/written; exec sleep 1000",
          ],
          // It runs before it has written anything.
          readinessProbe: {
            exec: { command: ["test", "-e", "/etc/written"] },
            periodSeconds: 1,
            timeoutSeconds: 10,
          },
        },
      ],
    });
    await scene.until("writer", isReady);
    expect(await sh("writer", "ls /written /etc/written")).toBe("/etc/written\n/written\n");
    expect(existsSync("/written") || existsSync("/etc/written")).toBe(false);
    expect(await sh("writer", "ls -A /run /tmp | grep -v secrets")).not.toContain("node");
    expect(
      await sh("writer", "echo 1 >/proc/sys/vm/swappiness 2>/dev/null || echo refused"),
    ).toContain("refused");
    await scene.exec("writer", ["sh", "-c", "kill -KILL $(cat /proc/1/task/1/children)"]);
    const { status } = await scene.until(
      "writer",
      (now) => container(now, "main").restartCount === 1 && isReady(now),
    );
    expect(container(status, "main").lastState.terminated?.exitCode).toBe(137);
    expect(await scene.get("/api/v1/namespaces/default/pods/writer/log")).toBe("");
  });

  test("a privileged pod sees mounts that the node makes later", async () => {
    const folders = ["/run", "/etc/cni", "/opt/cni"];
    scene.create("agent", {
      hostNetwork: true,
      volumes: folders.map((path, index) => ({ name: `v${index}`, hostPath: { path } })),
      containers: [
        {
          ...sleeper,
          securityContext: { privileged: true },
          volumeMounts: folders.map((mountPath, index) => ({
            name: `v${index}`,
            mountPath,
            mountPropagation: "HostToContainer",
          })),
        },
      ],
    });
    await scene.until("agent", isReady);
    scene.create("later", { containers: [sleeper] });
    const { status } = await scene.until("later", isReady);
    const show = "for n in /run/netns/cni-*; do nsenter --net=$n ip -4 -o addr show eth0; done";
    expect(await sh("agent", show)).toContain(`inet ${status?.podIP}/24`);
    expect(await sh("agent", "ls /etc/cni/net.d /opt/cni/bin")).toContain("10-fairlead.conflist");
    expect(await sh("agent", "cat /proc/sys/net/ipv4/ip_forward; hostname")).toMatch(
      /^[01]\nnode1\n$/,
    );
  });

  test("the machine keeps no mount or namespace of a pod", () => {
    const mounts = readFileSync("/proc/self/mountinfo", "utf8");
    expect(mounts).not.toContain(scene.folder);
  });
});
