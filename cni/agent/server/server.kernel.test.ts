import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { CallsAtOnce } from "./calls-at-once.ts";
import type { RelayedAnswer } from "./contract.ts";
import { encodeCall } from "./frames.ts";
import { serveCni } from "./server.ts";

/** A server whose calls go on until they are told to end, and clients of it. */
async function scene() {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-server-"));
  const path = join(folder, "cni.sock");
  const calls = new CallsAtOnce();
  const ends: (() => void)[] = [];
  const call = (): Promise<RelayedAnswer> =>
    new Promise((resolve) => {
      ends.push(() => resolve({ status: 0, stdout: "", stderr: "" }));
    });
  const server = await serveCni(path, { call }, calls);
  const clients: Socket[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.destroy();
    await server.close();
    rmSync(folder, { recursive: true });
  });
  return {
    calls,
    ends,
    async connected(): Promise<Socket> {
      const client = connect(path);
      clients.push(client);
      await once(client, "connect");
      return client;
    },
  };
}

const request = encodeCall({ name: "bridge", stdin: "{}", env: {} });

test("a call counts from its connection until it is answered", async () => {
  const { calls, ends, connected } = await scene();
  const first = await connected();
  first.write(request);
  await vi.waitFor(() => expect(ends).toHaveLength(1));
  expect(calls.areSeveral).toBe(false);
  const second = await connected();
  await vi.waitFor(() => expect(calls.areSeveral).toBe(true));
  second.write(request);
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[0]?.();
  await once(first, "data");
  expect(calls.areSeveral).toBe(false);
  ends[1]?.();
  await once(second, "data");
});

test("a shim that is killed counts no more, neither before its call nor within it", async () => {
  const { calls, ends, connected } = await scene();
  const [lasting, silent, asking] = [await connected(), await connected(), await connected()];
  lasting.write(request);
  asking.write(request);
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  silent.destroy();
  asking.destroy();
  await vi.waitFor(() => expect(calls.areSeveral).toBe(false));
});
