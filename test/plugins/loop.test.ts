import { afterEach, expect, test } from "vitest";
import { type DnsServerProcess, startDnsServer, until } from "#test/support/dns-server.ts";
import { freePorts } from "#test/support/ports.ts";

let server: DnsServerProcess | undefined;
afterEach(() => server?.stop());

const corefile = (port: number, upstreamPort: number) => `.:${port} {
  bind 127.0.0.1
  errors
  loop
  forward . 127.0.0.1:${upstreamPort}
}\n`;

test("a server that forwards to itself ends with status 1 and a line that says why", async () => {
  const [port = 0] = await freePorts(1);
  server = await startDnsServer(corefile(port, port));
  const { daemon, lines } = server;
  await until(() => daemon.isOver());
  expect(daemon.process.exitCode).toBe(1);
  expect(lines().filter((line) => line.includes("plugin/loop"))).toEqual([
    expect.stringMatching(
      new RegExp(
        `^\\[ERROR\\] plugin/loop: Loop \\(127\\.0\\.0\\.1:\\d+ -> dns://127\\.0\\.0\\.1:${port}\\) ` +
          'detected for zone "\\.": the query "HINFO \\d+\\.\\d+\\." ',
      ),
    ),
  ]);
});

test("two servers that forward to one another end", async () => {
  const [first = 0, second = 0] = await freePorts(2);
  server = await startDnsServer(`${corefile(first, second)}${corefile(second, first)}`);
  const { daemon } = server;
  await until(() => daemon.isOver());
  expect(daemon.process.exitCode).toBe(1);
});
