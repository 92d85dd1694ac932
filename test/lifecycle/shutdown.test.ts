import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { until } from "#test/support/dns-server.ts";
import { ask, brief, local, page, transports } from "./ask.ts";
import { heldUpstream } from "./held-upstream.ts";
import { ports } from "./ports.ts";
import { manifests, serve } from "./running.ts";

for (const transport of ["batched", "dgram"] as const) {
  describeWhere(["linux"], `SIGTERM, ${transport} transport`, () => {
    test("in lameduck it answers, is alive and not ready; then it ends with 0", async () => {
      const [port = 0, health = 0, ready = 0] = await ports(3);
      const server = await serve(
        `cluster.local:${port} {
 bind 127.0.0.1
 health 127.0.0.1:${health} {
  lameduck 6s
 }
 ready 127.0.0.1:${ready}
 kubernetes cluster.local {
  manifests ${manifests().path}
 }
}`,
        { transport },
      );
      await until(async () => (await page(ready, "/ready")) === "200 OK");
      const { process } = server.daemon;
      const ended = once(process, "exit");
      process.kill("SIGTERM");
      await until(async () => (await page(ready, "/ready")) === "503 Shutting down");
      for (let round = 0; round < 5; round++) {
        expect(await page(health, "/health")).toBe("200 OK");
        for (const over of transports)
          expect(await brief(local(port), "svc1.$ A", over)).toBe("NOERROR 10.0.0.100");
        // A pod name takes the plugin chain.
        expect((await ask(local(port), "10-240-0-1.podns.pod.@ A"))?.rcode).toBe(3);
        await sleep(20);
      }
      expect(process.exitCode).toBeNull();
      expect(await ended).toEqual([0, null]);
      expect(
        server
          .lines()
          .filter((line) => !line.startsWith("[INFO]"))
          .slice(2),
      ).toEqual([]);
    });

    test("queries that wait for an upstream are answered before it ends", async () => {
      const [port = 0] = await ports(1);
      const upstream = await heldUpstream();
      const server = await serve(
        `.:${port} {\n bind 127.0.0.1\n forward . 127.0.0.1:${upstream.port} {\n  prefer_udp\n }\n}`,
        { transport },
      );
      // Two names, or one answer would serve both.
      const answers = transports.map((over) => brief(local(port), `${over}.test. A`, over));
      await until(() => upstream.waiting() === answers.length);
      const ended = once(server.daemon.process, "exit");
      server.daemon.process.kill("SIGTERM");
      await until(() => server.lines().some((line) => line.includes("stopping")));
      upstream.release();
      expect(await Promise.all(answers)).toEqual(["NOERROR", "NOERROR"]);
      expect(await ended).toEqual([0, null]);
    });
  });
}

describeWhere(["linux"], "the end", () => {
  test("open connections are closed after their answers, and ports are free at once", async () => {
    const [port = 0] = await ports(1);
    const corefile = `.:${port} {\n bind 127.0.0.1\n whoami\n}`;
    const server = await serve(corefile);
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    expect(await brief(local(port), "a.test. A", "tcp")).toBe("NOERROR");
    const closed = once(socket, "close");
    socket.resume();
    expect(await server.stop()).toBe(0);
    await closed;
    expect((await serve(corefile)).pid).not.toBe(server.pid);
    for (const over of transports)
      expect(await brief(local(port), "a.test. A", over)).toBe("NOERROR");
  });

  test.each(["SIGTERM", "SIGINT"] as const)("%s without lameduck ends with 0", async (signal) => {
    const [port = 0] = await ports(1);
    const server = await serve(`.:${port} {\n bind 127.0.0.1\n whoami\n}`);
    const ended = once(server.daemon.process, "exit");
    server.daemon.process.kill(signal);
    expect(await ended).toEqual([0, null]);
  });
});
