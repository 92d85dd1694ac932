import { expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { until } from "#test/support/dns-server.ts";
import { clusterApi, hangingApi } from "./api.ts";
import { ask, brief, local, page, transports } from "./ask.ts";
import { ports } from "./ports.ts";
import { manifests, serve } from "./running.ts";

function corefile(port: number, ready: number, kubernetes: string): string {
  return `cluster.local:${port} in-addr.arpa:${port} {
 bind 127.0.0.1
 ready 127.0.0.1:${ready}
 kubernetes cluster.local in-addr.arpa {
  ${kubernetes}
 }
}
`;
}

describeWhere(["linux"], "before and after the first lists", () => {
  test("what is missing is SERVFAIL until the API server answers, and then it is there", async () => {
    const [port = 0, ready = 0, api = 0] = await ports(3);
    const hanging = await hangingApi(api);
    const server = await serve(
      corefile(port, ready, `endpoint http://127.0.0.1:${api}\n startup_timeout 300ms`),
    );
    expect(server.lines().join("\n")).toContain("before the Kubernetes API has been listed");
    expect(await page(ready, "/ready")).toBe("503 kubernetes");
    const unknown = ["svc1.$ A", "svc0.$ A", "svc1.$ AAAA", "nosuch.@ A", "_http._tcp.svc1.$ SRV"];
    for (const over of transports) {
      for (const question of [...unknown, "100.0.0.10.in-addr.arpa. PTR"])
        expect(`${question} ${await brief(local(port), question, over)}`).toBe(
          `${question} SERVFAIL`,
        );
    }
    await hanging.close();
    await clusterApi(api);
    await until(async () => (await page(ready, "/ready")) === "200 OK");
    for (const over of transports) {
      expect(await brief(local(port), "svc1.$ A", over)).toBe("NOERROR 10.0.0.100");
      expect(await brief(local(port), "svc0.$ A", over)).toBe("NXDOMAIN");
      expect(await brief(local(port), "100.0.0.10.in-addr.arpa. PTR", over)).toBe("NOERROR PTR");
    }
  });

  test("nothing is served before startup_timeout, unless the lists come first", async () => {
    const [port = 0, ready = 0, api = 0] = await ports(3);
    const hanging = await hangingApi(api);
    const server = await serve(
      corefile(port, ready, `endpoint http://127.0.0.1:${api}\n startup_timeout 60s`),
      { detached: true },
    );
    await until(() =>
      server.lines().some((line) => line.includes("waiting for the Kubernetes API")),
    );
    expect(await ask(local(port), "svc1.$ A", "udp", 200)).toBeUndefined();
    expect(await page(ready, "/ready")).toBe("503 kubernetes");
    await hanging.close();
    await clusterApi(api);
    await until(async () => (await brief(local(port), "svc1.$ A")) === "NOERROR 10.0.0.100");
    expect(server.lines().join("\n")).not.toContain("before the Kubernetes API has been listed");
  });

  test("SIGTERM ends the wait for the API server", async () => {
    const [port = 0, ready = 0, api = 0] = await ports(3);
    await hangingApi(api);
    const server = await serve(
      corefile(port, ready, `endpoint http://127.0.0.1:${api}\n startup_timeout 10m`),
      { detached: true },
    );
    await until(() =>
      server.lines().some((line) => line.includes("waiting for the Kubernetes API")),
    );
    expect(await server.stop()).toBe(0);
  });

  test("a taken port ends the wait for the API server", async () => {
    const [port = 0, taken = 0] = await ports(2);
    // It holds the port that /ready wants, too.
    await hangingApi(taken);
    const server = await serve(
      corefile(port, taken, `endpoint http://127.0.0.1:${taken}\n startup_timeout 10m`),
      { detached: true },
    );
    await until(() => server.daemon.isOver());
    expect(server.daemon.process.exitCode).toBe(1);
    expect(server.daemon.output()).toContain(`FL-L002: TCP 127.0.0.1:${taken} is taken`);
  });

  test("a manifest that changes on disk changes the answers", async () => {
    const [port = 0, ready = 0] = await ports(2);
    const directory = manifests();
    await serve(corefile(port, ready, `manifests ${directory.path}`));
    const [added, changed] = ["10.0.7.1", "10.0.7.2"].map((clusterIP) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "late", namespace: "testns" },
      spec: { clusterIP, clusterIPs: [clusterIP], ports: [{ port: 80, protocol: "TCP" }] },
    }));
    const question = "late.$ A";
    const becomes = (answer: string) =>
      until(async () => (await brief(local(port), question)) === answer);
    expect(await brief(local(port), question)).toBe("NXDOMAIN");
    directory.write(
      "late.yaml",
      [added].filter((object) => object !== undefined),
    );
    await becomes("NOERROR 10.0.7.1");
    directory.write(
      "late.yaml",
      [changed].filter((object) => object !== undefined),
    );
    await becomes("NOERROR 10.0.7.2");
    directory.write("late.yaml", []);
    await becomes("NXDOMAIN");
    expect(await brief(local(port), "svc1.$ A")).toBe("NOERROR 10.0.0.100");
  });
});
