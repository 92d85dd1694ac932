import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { decodeMessage } from "#dns/wire/decode.ts";
import type { KubeObject } from "#lab/apiserver/contract.ts";
import { questionBytes } from "#test/conformance/question.ts";
import { frame, splitFrames } from "#test/fuzz/stream.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { type DnsServerProcess, startDnsServer } from "#test/support/dns-server.ts";
import { fixtureDirectory, type ManifestDirectory } from "#test/support/fixture-directory.ts";
import { ask, brief, local } from "./ask.ts";
import { ports } from "./ports.ts";

const HUGE = 5000;

/** A headless service whose addresses do not fit into any message. */
function huge(): KubeObject[] {
  const addresses = Array.from({ length: HUGE }, (_, i) => `172.30.${i >> 8}.${i & 0xff}`);
  const metadata = { name: "huge", namespace: "testns" };
  const ports = [{ name: "http", port: 80, protocol: "TCP" }];
  const slices = [0, 1, 2, 3, 4].map((part) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `huge-${part}`,
      namespace: "testns",
      labels: { "kubernetes.io/service-name": "huge" },
    },
    addressType: "IPv4",
    ports,
    endpoints: addresses
      .slice(part * 1000, (part + 1) * 1000)
      .map((address) => ({ addresses: [address], conditions: { ready: true } })),
  }));
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { clusterIP: "None", clusterIPs: ["None"], ports },
  };
  return [service, ...slices];
}

function query(question: string, id: number): Buffer {
  const bytes = Buffer.from(questionBytes(question));
  bytes.writeUInt16BE(id);
  return frame(bytes);
}

/** Everything that comes until the connection ends, or until as many replies are there. */
async function replies(socket: Socket, count: number): Promise<Map<number, number>> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received = Buffer.concat([received, chunk]);
    if (splitFrames(received).frames.length >= count) break;
  }
  const messages = splitFrames(received).frames.map(decodeMessage);
  return new Map(messages.map(({ id, rcode }) => [id, rcode]));
}

describeWhere(["linux"], "TCP", () => {
  let server: DnsServerProcess;
  let directory: ManifestDirectory;
  let port = 0;

  beforeAll(async () => {
    [port = 0] = await ports(1);
    directory = fixtureDirectory();
    directory.write("huge.yaml", huge());
    server = await startDnsServer(`cluster.local:${port} {
 bind 127.0.0.1
 kubernetes cluster.local {
  manifests ${directory.path}
  pods insecure
 }
}
.:${port} {
 bind 127.0.0.1
 whoami
}`);
  });
  afterAll(async () => {
    await server.stop();
    directory.remove();
  });

  async function connected(): Promise<Socket> {
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    return socket;
  }

  /** Compiled, of the plugin chain, and of a block without compiled answers. */
  const mixed = ["svc1.$ A", "10-240-0-1.podns.pod.@ A", "a.test. A"];

  test.each([
    { count: 100, questions: mixed },
    { count: 1400, questions: ["a.test. A"] },
  ])("$count queries in one write are all answered", async ({ count, questions }) => {
    const socket = await connected();
    const queries = Array.from({ length: count }, (_, id) =>
      query(questions[id % questions.length] ?? "", id),
    );
    socket.write(Buffer.concat(queries));
    const answered = await replies(socket, count);
    expect(answered.size).toBe(count);
    expect(new Set(answered.values())).toEqual(new Set([0]));
  });

  test("a connection serves one query after the other", async () => {
    const socket = await connected();
    for (let id = 0; id < 10; id++) {
      socket.write(query(mixed[id % 3] ?? "", id));
      expect([...(await replies(socket, 1))]).toEqual([[id, 0]]);
    }
  });

  test("a client that sends no more gets its answers, and the connection ends", async () => {
    const socket = await connected();
    socket.end(Buffer.concat(mixed.map((question, id) => query(question, id))));
    expect((await replies(socket, Number.POSITIVE_INFINITY)).size).toBe(3);
  });

  test("an answer over 64 KiB is cut at a record's end, with TC", async () => {
    for (const question of ["huge.$ A", "_http._tcp.huge.$ SRV"]) {
      const message = await ask(local(port), question, "tcp");
      expect(message?.flags.truncated).toBe(true);
      expect(message?.rcode).toBe(0);
      expect(message?.answers.length).toBeGreaterThan(500);
      expect(message?.answers.length).toBeLessThan(HUGE);
    }
    expect((await ask(local(port), "huge.$ A"))?.flags.truncated).toBe(true);
  });

  test("a client that takes no answers holds up nobody, and gets them all in the end", async () => {
    const socket = await connected();
    socket.pause();
    const count = 120;
    const queries = Array.from({ length: count }, (_, id) => query("huge.$ A", id));
    socket.write(Buffer.concat(queries));
    for (let round = 0; round < 5; round++)
      expect(await brief(local(port), "svc1.$ A", "tcp")).toBe("NOERROR 10.0.0.100");
    expect((await replies(socket, count)).size).toBe(count);
  });

  test("a connection that asks nothing is closed, one byte at a time or none", async () => {
    const [idle, dripping] = await Promise.all([connected(), connected()]);
    const isClosed = (socket: Socket) => once(socket.resume(), "close").then(() => true);
    const closed = Promise.all([isClosed(idle), isClosed(dripping)]);
    dripping.on("error", () => {});
    dripping.write(Buffer.of(1));
    const drip = setInterval(() => dripping.write("x"), 500);
    onTestFinished(() => clearInterval(drip));
    expect(await Promise.race([closed, sleep(25_000)])).toEqual([true, true]);
  });
});
