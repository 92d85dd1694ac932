import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { type DnsServerProcess, until } from "#test/support/dns-server.ts";
import { brief, local, page, transports } from "./ask.ts";
import { ports } from "./ports.ts";
import { runToEnd } from "./run-to-end.ts";
import { serve } from "./running.ts";

/** A folder with a Corefile in it, gone with the test. */
function folderWith(corefile: string): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-startup-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "Corefile"), corefile);
  return folder;
}

async function occupyTcp(port: number): Promise<void> {
  const server = createServer().listen(port, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
}

async function occupyUdp(port: number): Promise<void> {
  const socket = createSocket("udp4").bind(port, "127.0.0.1");
  onTestFinished(() => void socket.close());
  await once(socket, "listening");
}

/** What it has said beside its log. */
function printed(server: DnsServerProcess): string[] {
  return server.lines().filter((line) => !line.startsWith("["));
}

describeWhere(["linux"], "start-up", () => {
  test("prints a line for each listener, then the version, and answers", async () => {
    const [first = 0, second = 0] = await ports(2);
    const server = await serve(
      `.:${first} {\n bind 127.0.0.1\n whoami\n}\nexample.org:${second} {\n bind 127.0.0.1 ::1\n whoami\n}`,
    );
    expect(printed(server)).toEqual([
      `dns://127.0.0.1:${first} on 127.0.0.1 port ${first}`,
      `dns://127.0.0.1:${second} on 127.0.0.1 port ${second}`,
      `dns://[::1]:${second} on ::1 port ${second}`,
      expect.stringMatching(/^Fairlead \d+\.\d+\.\d+/),
    ]);
    for (const over of transports)
      expect(await brief(local(second), "www.example.org. A", over)).toBe("NOERROR");
  });

  test.each(["batched", "dgram"] as const)(
    "-dns.port 0 takes a free port, the same for UDP and TCP (%s)",
    async (transport) => {
      const server = await serve(". {\n bind 127.0.0.1\n whoami\n}", {
        transport,
        flags: ["-dns.port", "0"],
      });
      const [, port] =
        /^dns:\/\/127\.0\.0\.1:0 on 127\.0\.0\.1 port (\d+)$/.exec(printed(server)[0] ?? "") ?? [];
      expect(Number(port)).toBeGreaterThan(0);
      for (const over of transports)
        expect(await brief(local(Number(port)), "a.test. A", over)).toBe("NOERROR");
    },
  );

  test("-quiet leaves the log alone", async () => {
    const [port = 0] = await ports(1);
    const server = await serve(`.:${port} {\n bind 127.0.0.1\n whoami\n}`, {
      flags: ["-quiet"],
      detached: true,
    });
    await until(async () => (await brief(local(port), "a.test. A")) === "NOERROR");
    expect(printed(server)).toEqual([]);
  });

  test.each([
    { over: "UDP", occupy: occupyUdp, transport: "batched" },
    { over: "UDP", occupy: occupyUdp, transport: "dgram" },
    { over: "TCP", occupy: occupyTcp, transport: "batched" },
  ] as const)(
    "a port taken for $over is an error ($transport)",
    async ({ over, occupy, transport }) => {
      const [free = 0, taken = 0] = await ports(2);
      await occupy(taken);
      const folder = folderWith(
        `.:${free} {\n bind 127.0.0.1\n whoami\n}\n.:${taken} {\n bind 127.0.0.1\n whoami\n}`,
      );
      const ended = await runToEnd(["-conf", "Corefile"], { cwd: folder, transport });
      expect(ended).toMatchObject({ status: 1, stdout: "" });
      expect(ended.stderr).toContain("FL-L002");
      expect(ended.stderr).toContain(`127.0.0.1:${taken} over ${over}`);
      expect(ended.stderr).toContain(`ss -ln${over === "UDP" ? "u" : "t"}p`);
    },
  );

  test("a second server on the same port is refused and takes no query from the first", async () => {
    const [port = 0] = await ports(1);
    const block = `.:${port} {\n bind 127.0.0.1\n whoami\n multisocket 4\n}`;
    await serve(block);
    const second = runToEnd(["-conf", "Corefile"], { cwd: folderWith(block) });
    let isOver = false;
    void second.finally(() => {
      isOver = true;
    });
    let asked = 0;
    while (!isOver || asked < 20) {
      expect(await brief(local(port), "a.test. A")).toBe("NOERROR");
      asked++;
    }
    expect(await second).toMatchObject({ status: 1, stderr: expect.stringContaining("FL-L002") });
  });

  test.each(["health", "ready", "prometheus"])(
    "a port taken for %s is an error that names it",
    async (plugin) => {
      const [port = 0, taken = 0] = await ports(2);
      await occupyTcp(taken);
      const folder = folderWith(
        `.:${port} {\n bind 127.0.0.1\n ${plugin} 127.0.0.1:${taken}\n whoami\n}`,
      );
      const ended = await runToEnd(["-conf", "Corefile"], { cwd: folder });
      expect(ended).toMatchObject({ status: 1, stdout: "" });
      expect(ended.stderr).toContain(`FL-L002: TCP 127.0.0.1:${taken} is taken`);
    },
  );

  test("blocks may share the port of health, ready and prometheus", async () => {
    const [port = 0, shared = 0] = await ports(2);
    const around = `bind 127.0.0.1\n health 127.0.0.1:${shared}\n ready 127.0.0.1:${shared}\n prometheus 127.0.0.1:${shared}`;
    await serve(
      `a.test:${port} {\n ${around}\n whoami\n}\nb.test:${port} {\n ${around}\n whoami\n}`,
    );
    expect(await page(shared, "/health")).toBe("200 OK");
    expect(await page(shared, "/ready")).toBe("200 OK");
    expect(await page(shared, "/metrics")).toContain("coredns_build_info");
  });
});
