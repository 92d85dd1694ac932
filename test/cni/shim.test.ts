import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { Caller } from "#cni/agent/server/caller.ts";
import { CallsAtOnce } from "#cni/agent/server/calls-at-once.ts";
import { decodeCall, encodeAnswer, leastLength } from "#cni/agent/server/frames.ts";
import { replayPending } from "#cni/agent/server/pending.ts";
import { serveCni } from "#cni/agent/server/server.ts";
import type { NetworkSource, NodeNetwork } from "#cni/contract.ts";
import { usualHost } from "#cni/testing/call.ts";
import { FakeNetwork } from "#cni/testing/fake-network.ts";
import { callProcess } from "#cni/testing/process.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { filesOf, temporaryFolder } from "#test/support/lease-folder.ts";
import { shimAs, throughShim } from "./plugins.ts";
import { rows } from "./rows/all.ts";
import { describeRows } from "./suite.ts";

describeRows("Fairlead's shim and agent", throughShim, rows, undefined, ["cc"]);

/** A folder with socket, records and leases; calls of the shim find them. */
function scene(network: NetworkSource = new FakeNetwork()) {
  const folder = temporaryFolder();
  const socketPath = join(folder, "run", "cni.sock");
  const pending = join(folder, "lib", "pending");
  const dataDir = join(folder, "leases");
  mkdirSync(folder, { recursive: true });
  const config = {
    cniVersion: "1.1.0",
    name: "net",
    type: "host-local",
    ipam: { type: "host-local", dataDir, ranges: [[{ subnet: "10.1.2.0/24" }]] },
  };
  const caller = new Caller({ host: usualHost, network });
  const program = shimAs(folder, "host-local");
  return {
    socketPath,
    pending,
    dataDir,
    config,
    caller,
    serve: () => serveCni(socketPath, caller, new CallsAtOnce()),
    program,
    shim: (command: string, id = "c1") =>
      callProcess([program], {
        command,
        id,
        config,
        env: { FAIRLEAD_CNI_SOCKET: socketPath, FAIRLEAD_CNI_PENDING: pending },
      }),
  };
}

describeWhere(["cc"], "the shim without an agent", () => {
  test("answers VERSION, and puts ADD and STATUS off with the specification's numbers", async () => {
    const { shim } = scene();
    const { stdout } = await shim("VERSION");
    expect(JSON.parse(stdout)).toMatchObject({ cniVersion: "1.1.0" });
    for (const [command, code] of [
      ["ADD", 11],
      ["CHECK", 11],
      ["GC", 11],
      ["STATUS", 50],
    ] as const) {
      const answer = await shim(command);
      expect(answer.status).toBe(1);
      expect(JSON.parse(answer.stdout)).toMatchObject({ code });
    }
  });

  test("writes DEL down, once however often it comes, and the agent does it", async () => {
    const { shim, pending, caller, serve, dataDir } = scene();
    const server = await serve();
    expect((await shim("ADD")).status).toBe(0);
    expect(Object.keys(filesOf(dataDir))).toContain("10.1.2.2");
    await server.close();
    for (const _ of [1, 2]) expect(await shim("DEL")).toMatchObject({ status: 0, stdout: "" });
    expect(readdirSync(pending)).toHaveLength(1);
    expect(await replayPending(pending, caller)).toEqual({ done: 1, failures: [] });
    expect(readdirSync(pending)).toEqual([]);
    expect(Object.keys(filesOf(dataDir))).not.toContain("10.1.2.2");
  });

  test("an agent that ends in the middle of a call is none", async () => {
    const { shim, socketPath, pending } = scene();
    mkdirSync(join(socketPath, ".."), { recursive: true });
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    expect(JSON.parse((await shim("ADD")).stdout)).toMatchObject({ code: 11 });
    expect((await shim("DEL")).status).toBe(0);
    expect(readdirSync(pending)).toHaveLength(1);
    server.close();
  });

  test("a record that cannot be read stays and is told", async () => {
    const { pending, caller } = scene();
    mkdirSync(pending, { recursive: true });
    writeFileSync(join(pending, "a.del"), "none");
    const { done, failures } = await replayPending(pending, caller);
    expect([done, failures]).toEqual([
      0,
      [expect.stringContaining("a.del: a call of the CNI plugin cannot be read")],
    ]);
    expect(readdirSync(pending)).toEqual(["a.del"]);
  });

  test("DEL that can be neither done nor written down says so", async () => {
    const { shim, pending } = scene();
    mkdirSync(join(pending, ".."), { recursive: true });
    writeFileSync(pending, "a file, where a folder would have to be");
    const { status, stdout } = await shim("DEL");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ code: 5, details: "Not a directory" });
  });

  test("a stdin that cannot be read is told", async () => {
    const { program } = scene();
    const script = ["sh", "-c", 'exec "$0" </', program];
    const answer = await callProcess(script, { command: "ADD", id: "c1", config: "" });
    expect(answer).toEqual({ status: 1, stdout: "", stderr: "fairlead: stdin: Is a directory\n" });
  });
});

describeWhere(["cc"], "the shim and what the agent says", () => {
  /** Whoever asks gets these bytes, each chunk by itself, once the whole call is there. */
  async function answering(chunks: readonly Buffer[]) {
    const { socketPath, program } = scene();
    const calls: Buffer[] = [];
    mkdirSync(join(socketPath, ".."), { recursive: true });
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const call: Buffer[] = [];
      // The shim may be gone before it has all of an answer.
      socket.on("error", () => {});
      socket.on("data", async (bytes: Buffer) => {
        call.push(bytes);
        const all = Buffer.concat(call);
        if (all.length < leastLength(all)) return;
        calls.push(all);
        for (const chunk of chunks) {
          await new Promise((resolve) => socket.write(chunk, resolve));
          await setImmediate();
        }
        socket.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const shim = (config: string, env: Readonly<Record<string, string>> = {}) =>
      callProcess([program], {
        ...{ command: "ADD", id: "c1", config },
        env: { FAIRLEAD_CNI_SOCKET: socketPath, ...env },
      }).finally(() => server.close());
    return { calls, shim };
  }

  test.each([0, 1, 16_000, 16_384, 3_000_000])("passes %i bytes on, either way", async (count) => {
    const stdout = "o".repeat(count);
    const stderr = "e".repeat(count);
    const { calls, shim } = await answering([encodeAnswer({ status: 7, stdout, stderr })]);
    // Linux takes no variable longer than 128 KiB.
    const env = { FIRST: "f".repeat(Math.min(count, 100_000)), SECOND: "s" };
    const config = "c".repeat(count);
    const answer = await shim(config, env);
    const call = decodeCall(calls[0] ?? Buffer.of());
    // Compared here: a difference would be printed whole.
    const isSame = answer.stdout === stdout && answer.stderr === stderr && call.stdin === config;
    expect([answer.status, isSame, call.env.FIRST === env.FIRST]).toEqual([7, true, true]);
    expect(call.env).toMatchObject({ CNI_COMMAND: "ADD", SECOND: "s" });
  });

  test("an answer may come byte by byte", async () => {
    const bytes = encodeAnswer({ status: 3, stdout: "{}\n", stderr: "a warning\n" });
    const { shim } = await answering([...bytes].map((byte) => Buffer.of(byte)));
    expect(await shim("{}")).toEqual({ status: 3, stdout: "{}\n", stderr: "a warning\n" });
  });

  test("one that is cut short is none, and nothing of it is passed on", async () => {
    const bytes = encodeAnswer({ status: 0, stdout: "{}\n", stderr: "a warning\n" });
    const { shim } = await answering([bytes.subarray(0, -1)]);
    const { status, stdout, stderr } = await shim("{}");
    expect([status, JSON.parse(stdout), stderr]).toMatchObject([1, { code: 11 }, ""]);
  });

  test("one of 64 MiB is passed on, one of a byte more is none", async () => {
    const most = 64 * 1024 * 1024;
    for (const [count, status] of [
      [most, 0],
      [most + 1, 1],
    ] as const) {
      const stdout = "o".repeat(count);
      const { shim } = await answering([encodeAnswer({ status: 0, stdout, stderr: "" })]);
      const answer = await shim("{}");
      expect([answer.status, answer.stdout === stdout]).toEqual([status, status === 0]);
    }
  });
});

test("calls of one container come one after another, of others beside it", async () => {
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  class Gated extends FakeNetwork {
    override async linkState(place: Parameters<NodeNetwork["linkState"]>[0]) {
      if (place.netns === "/run/netns/c1") await gate.promise;
      return super.linkState(place);
    }
  }
  const network = new Gated();
  network.addNamespace("/run/netns/c1");
  network.addNamespace("/run/netns/c2");
  const caller = new Caller({ host: usualHost, network });
  const asked = (id: string, command: string) => ({
    name: "bridge",
    stdin: JSON.stringify({ cniVersion: "1.1.0", name: "net", type: "bridge" }),
    env: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: id,
      CNI_NETNS: `/run/netns/${id}`,
      CNI_IFNAME: "eth0",
      CNI_PATH: "/opt",
    },
  });
  const add = caller.call(asked("c1", "ADD"));
  const del = caller.call(asked("c1", "DEL")).then(() => order.push("DEL of c1"));
  await caller.call(asked("c2", "ADD"));
  expect(order).not.toContain("DEL of c1");
  gate.resolve();
  expect((await add).status).toBe(0);
  await del;
  expect(order.at(-1)).toBe("DEL of c1");
});

test("STATUS says why no container could be added", async () => {
  const caller = new Caller({
    host: usualHost,
    network: new FakeNetwork(),
    notReady: () => "not yet",
  });
  const env = { CNI_COMMAND: "STATUS", CNI_PATH: "/opt" };
  const { status, stdout } = await caller.call({ name: "fairlead", stdin: "{}", env });
  expect([status, JSON.parse(stdout)]).toEqual([
    1,
    { cniVersion: "1.1.0", code: 50, msg: "not yet" },
  ]);
});
