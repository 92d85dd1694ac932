/** Pods on a node of the lab: real namespaces, processes and plugin, and the API server that clients see. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { buildScene, isReady, type Scene } from "./scene.ts";

const sleeper = { name: "main", image: "busybox", command: ["sleep", "1000"] };

describeWhere(["podNetworks", "nftables"], "pods of the lab's node", () => {
  let scene: Scene;

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
  });

  test("a pod waits for the network, has an address by the plugin, and ends with it", async () => {
    scene.create("web", { containers: [sleeper] });
    await scene.until(
      "web",
      (status) => status.phase === "Pending" && status.startTime !== undefined,
    );
    scene.installNetwork();
    const { status } = await scene.until("web", isReady);
    expect(status?.podIP).toMatch(/^10\.244\.1\.\d+$/);
    expect(scene.node.run("ls", "/var/lib/cni/results")).toMatch(/^fairlead-[0-9a-f]{64}-eth0\n$/);
    scene.remove("web");
    await scene.gone("web");
    const files = (): string => scene.node.run("ls", "/var/lib/cni/results");
    await scene.becomes("the pod is attached", () => files() === "");
    await scene.becomes("a namespace is left", () => scene.node.run("ls", "/run/netns") === "");
  });
});
