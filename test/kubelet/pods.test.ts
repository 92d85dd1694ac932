/** Pods on a node of the lab: real namespaces, processes and plugin, and the API server that clients see. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { buildScene, container, isReady, type Scene, sleeper } from "./scene.ts";

const shell = (script: string, rest: object = {}): object => ({
  name: "main",
  image: "busybox",
  command: ["sh", "-c", script],
  ...rest,
});

/** A container runs before its command has done anything: this one is ready once that has made the file. */
const readyWith = (file: string): object => ({
  readinessProbe: { exec: { command: ["test", "-e", file] }, periodSeconds: 1, timeoutSeconds: 10 },
});

describeWhere(["podNetworks", "nftables"], "pods of the lab's node", () => {
  let scene: Scene;
  const log = (pod: string, query = ""): Promise<string> =>
    scene.get(`/api/v1/namespaces/default/pods/${pod}/log?${query}`);

  beforeAll(async () => {
    scene = await buildScene({ backOffMs: 300 });
  });
  afterAll(async () => {
    await scene?.close();
  });

  test("a pod on the node's network runs before there is a pod network", async () => {
    scene.create("host", { hostNetwork: true, containers: [sleeper] });
    const { status } = await scene.until("host", isReady);
    expect(status).toMatchObject({ phase: "Running", podIP: "172.31.0.2", hostIP: "172.31.0.2" });
    await scene.becomes("not all events", () => scene.events("host").length === 3);
    expect(scene.events("host")).toEqual(["Pulled", "Created", "Started"]);
  });

  test("a pod waits for the network, has an address by the plugin, and ends with it", async () => {
    scene.create("web", { containers: [sleeper] });
    await scene.becomes("no event", () => scene.events("web").includes("NetworkNotReady"));
    scene.installNetwork();
    const { status } = await scene.until("web", isReady);
    expect(status?.podIP).toMatch(/^10\.244\.1\.\d+$/);
    expect(scene.node.run("ls", "/var/lib/cni/results")).toMatch(/^fairlead-[0-9a-f]{64}-eth0\n$/);
    scene.remove("web");
    await scene.gone("web");
    expect(scene.node.run("ls", "/var/lib/cni/results")).toBe("");
    expect(scene.node.run("ls", "/run/netns")).toBe("");
  });

  test("a pod whose network namespace someone has deleted ends all the same", async () => {
    scene.create("bereft", { containers: [sleeper] });
    await scene.until("bereft", isReady);
    scene.node.run("sh", "-c", "for name in $(ls /run/netns); do ip netns delete $name; done");
    scene.remove("bereft");
    await scene.gone("bereft");
    expect(scene.node.run("ls", "/var/lib/cni/results")).toBe("");
  });

  test("containers of a pod reach one another over localhost", async () => {
    const server = `const {createServer}=require("http");createServer((q,s)=>s.end("hello")).listen(8080)`;
    scene.create("pair", {
      containers: [
        {
          name: "server",
          image: "x",
          command: [process.execPath, "-e", server],
          readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, timeoutSeconds: 10 },
        },
        { ...shell("sleep 1000"), name: "client" },
      ],
    });
    await scene.until("pair", isReady);
    const fetched = `fetch("http://127.0.0.1:8080").then(async r=>console.log(await r.text()))`;
    const asked = [process.execPath, "-e", `${fetched}`];
    expect(await scene.exec("pair", asked, { container: "client" })).toMatchObject({
      stdout: "hello\n",
    });
  });

  test("a command that ends starts again, at once and then after pauses, and its logs stay", async () => {
    scene.create("crash", {
      containers: [shell("echo run; echo why >/dev/termination-log; exit 3")],
    });
    const { status } = await scene.until(
      "crash",
      (now) => container(now, "main").restartCount >= 2,
    );
    expect(status?.phase).toBe("Running");
    expect(container(status, "main").lastState).toMatchObject({
      terminated: { exitCode: 3, reason: "Error", message: "why\n" },
    });
    await scene.until(
      "crash",
      (now) => container(now, "main").state.waiting?.reason === "CrashLoopBackOff",
    );
    expect(await log("crash", "previous=true")).toBe("run\n");
    await scene.becomes("no event", () => scene.events("crash").includes("BackOff"));
    scene.remove("crash");
    await scene.gone("crash");
  });

  test.each([
    ["Never", "exit 0", "Succeeded", "Completed"],
    ["Never", "exit 4", "Failed", "Error"],
    ["OnFailure", "exit 0", "Succeeded", "Completed"],
  ])("restartPolicy %s and %s: %s", async (restartPolicy, script, phase, reason) => {
    const name = `${restartPolicy}-${script}`.toLowerCase().replaceAll(" ", "-");
    scene.create(name, { restartPolicy, containers: [shell(script)] });
    const { status } = await scene.until(name, (now) => now.phase === phase);
    expect(container(status, "main")).toMatchObject({
      state: { terminated: { reason } },
      restartCount: 0,
    });
    await scene.becomes("the network stays", () => {
      const conditions = scene.pod(name)?.status?.conditions ?? [];
      return conditions.some(
        ({ type, status: is }) => type === "PodReadyToStartContainers" && is === "False",
      );
    });
    scene.remove(name);
    await scene.gone(name);
  });

  test("init containers run one after another, a sidecar beside the rest, and then the others", async () => {
    const volume = { volumes: [{ name: "d", emptyDir: {} }] };
    const note = (name: string, script: string, rest: object = {}): object =>
      shell(script, { name, volumeMounts: [{ name: "d", mountPath: "/d" }], ...rest });
    scene.create("init", {
      ...volume,
      initContainers: [
        note("one", "echo one >>/d/notes"),
        note("side", "echo side >>/d/notes; touch /d/up; exec sleep 1000", {
          restartPolicy: "Always",
          startupProbe: {
            exec: { command: ["test", "-e", "/d/up"] },
            periodSeconds: 1,
            timeoutSeconds: 10,
            failureThreshold: 30,
          },
        }),
        note("two", "echo two >>/d/notes"),
      ],
      containers: [
        // A container runs before its command has done anything.
        note("main", "echo main >>/d/notes; exec sleep 1000", {
          readinessProbe: {
            exec: { command: ["grep", "-q", "main", "/d/notes"] },
            periodSeconds: 1,
            timeoutSeconds: 10,
          },
        }),
      ],
    });
    const { status } = await scene.until("init", isReady);
    expect((await scene.exec("init", ["cat", "/d/notes"], { container: "main" })).stdout).toBe(
      "one\nside\ntwo\nmain\n",
    );
    expect(container(status, "one").state.terminated?.reason).toBe("Completed");
    expect(container(status, "side")).toMatchObject({ ready: true, started: true });
    scene.remove("init");
    await scene.gone("init");
  });

  test("probes: a failing liveness probe ends the container, readiness follows its answers", async () => {
    const exec = (command: string): object => ({
      exec: { command: ["sh", "-c", command] },
      periodSeconds: 1,
      timeoutSeconds: 10,
      failureThreshold: 1,
    });
    const script = "trap 'exit 0' TERM; touch /tmp/live /tmp/ready; while :; do sleep 0.1; done";
    scene.create("probed", {
      terminationGracePeriodSeconds: 30,
      containers: [
        shell(script, {
          // Alive is what it is asked once it has made its files.
          startupProbe: { ...exec("test -e /tmp/ready"), failureThreshold: 30 },
          livenessProbe: exec("test -e /tmp/live"),
          readinessProbe: exec("test -e /tmp/ready"),
        }),
      ],
    });
    await scene.until("probed", isReady);
    await scene.exec("probed", ["rm", "/tmp/ready"]);
    await scene.until("probed", (status) => !isReady(status));
    await scene.exec("probed", ["touch", "/tmp/ready"]);
    await scene.until("probed", isReady);
    await scene.exec("probed", ["rm", "/tmp/live"]);
    const { status } = await scene.until(
      "probed",
      (now) => container(now, "main").restartCount === 1,
    );
    expect(container(status, "main").lastState.terminated?.exitCode).toBe(0);
    await scene.becomes("not all events", () =>
      ["Unhealthy", "Killing"].every((reason) => scene.events("probed").includes(reason)),
    );
    scene.remove("probed");
    await scene.gone("probed");
  });

  test("hooks run after the start and before the end; SIGTERM reaches the command", async () => {
    const hook = (text: string) => ({ exec: { command: ["sh", "-c", `echo ${text} >>/d/notes`] } });
    scene.node.run("mkdir", "-p", "/run/hooks");
    scene.create("hooks", {
      terminationGracePeriodSeconds: 30,
      volumes: [{ name: "d", hostPath: { path: "/run/hooks" } }],
      containers: [
        shell("trap 'echo term >>/d/notes; exit 0' TERM; : >/d/up; while :; do sleep 0.1; done", {
          volumeMounts: [{ name: "d", mountPath: "/d" }],
          ...readyWith("/d/up"),
          lifecycle: { postStart: hook("start"), preStop: hook("stop") },
        }),
      ],
    });
    await scene.until("hooks", isReady);
    scene.remove("hooks");
    await scene.gone("hooks");
    expect(scene.node.run("cat", "/run/hooks/notes")).toBe("start\nstop\nterm\n");
  });

  test("a command that will not end is killed when its grace is over", async () => {
    scene.create("stubborn", {
      terminationGracePeriodSeconds: 1,
      containers: [
        shell("trap '' TERM; : >/tmp/up; while :; do sleep 0.1; done", readyWith("/tmp/up")),
      ],
    });
    await scene.until("stubborn", isReady);
    // The API forgets the pod right after this.
    const last = await scene.watch(
      "stubborn",
      (now) => container(now, "main").state.terminated !== undefined,
    );
    scene.remove("stubborn");
    const { status } = await last.seen();
    expect(container(status, "main").state.terminated?.exitCode).toBe(137);
    await scene.gone("stubborn");
  });

  test("the first process of a container reaps orphans and leaves none on the node", async () => {
    scene.create("orphans", {
      containers: [
        shell("(sh -c 'sleep 0.2 &'); : >/tmp/up; exec sleep 1000", readyWith("/tmp/up")),
      ],
    });
    await scene.until("orphans", isReady);
    await scene.exec("orphans", ["sh", "-c", "(sleep 0.1 &)"]);
    // Processes that end are there for a moment before somebody reaps them; those of before are to be gone.
    const processes =
      "for f in /proc/[0-9]*/stat; do read -r pid name state rest <$f && echo $pid $state; done 2>/dev/null; :";
    const dead = (text: string): readonly string[] => text.match(/^\d+ Z$/gm) ?? [];
    const sleeps = async (): Promise<string> =>
      (await scene.exec("orphans", ["sh", "-c", "cat /proc/[0-9]*/comm 2>/dev/null"])).stdout;
    const patience = { timeout: 30_000, interval: 200 };
    await expect.poll(async () => (await sleeps()).match(/^sleep$/gm), patience).toHaveLength(1);
    await expect
      .poll(async () => {
        const { stdout } = await scene.exec("orphans", ["sh", "-c", processes]);
        return [...dead(stdout), ...dead(scene.node.run("sh", "-c", processes))];
      }, patience)
      .toEqual([]);
    scene.remove("orphans");
    await scene.gone("orphans");
  });

  test("what is not there is waited for, and told", async () => {
    scene.create("lacking", {
      containers: [
        shell("sleep 1000", {
          env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "late", key: "a" } } }],
        }),
        { name: "unknown", image: "nobody/knows:1" },
        { name: "wrong", image: "busybox", command: ["/no/such/program"] },
      ],
    });
    const { status } = await scene.until("lacking", (now) => {
      const reasons = (now.containerStatuses ?? []).map(({ state }) => state.waiting?.reason);
      return reasons.every((reason) => reason !== undefined && reason !== "ContainerCreating");
    });
    expect(container(status, "main").state.waiting).toEqual({
      reason: "CreateContainerConfigError",
      message: 'configmap "late" not found',
    });
    expect(container(status, "unknown").state.waiting?.reason).toMatch(
      /^(ErrImagePull|ImagePullBackOff)$/,
    );
    expect(container(status, "wrong").lastState.terminated).toMatchObject({
      exitCode: 128,
      reason: "StartError",
      message: expect.stringContaining(
        'exec: "/no/such/program": executable file not found in $PATH',
      ),
    });
    scene.server.objects.create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "late", namespace: "default" },
      data: { a: "1" },
    });
    await scene.until("lacking", (now) => container(now, "main").ready);
    scene.remove("lacking");
    await scene.gone("lacking");
  });
});
