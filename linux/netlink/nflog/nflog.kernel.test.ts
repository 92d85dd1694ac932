import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type TestNamespace, testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import type { Subscription } from "../subscription.ts";
import type { LoggedPacket } from "./contract.ts";
import { subscribeLog } from "./nflog.ts";

let node: TestNamespace;
const subscriptions: Subscription[] = [];

beforeEach(() => {
  node = testNamespace();
  const rule = (text: string) => `udp dport 5301 ${text};`;
  node.run(
    "nft",
    `table inet t { chain o { type filter hook output priority 0;
      ${rule('meta mark set 0x2a log prefix "refused web: " group 7 drop')} }; }`,
  );
});
afterEach(() => {
  for (const subscription of subscriptions.splice(0)) subscription.close();
  node.delete();
});

function collect(snapLengthBytes?: number): LoggedPacket[] {
  const packets: LoggedPacket[] = [];
  const options = { group: 7, namespacePath: node.path };
  const onPacket = (packet: LoggedPacket): unknown => packets.push(packet);
  subscriptions.push(
    subscribeLog(snapLengthBytes === undefined ? options : { ...options, snapLengthBytes }, {
      onPacket,
      onOverrun: () => {},
    }),
  );
  return packets;
}

function send(address: string, bytes = 5): void {
  const family = address.includes(":") ? 6 : 4;
  const script = `const s=require('dgram').createSocket('udp${family}');
    s.send(Buffer.alloc(${bytes}),5301,'${address}',()=>s.close())`;
  node.run(process.execPath, "-e", script);
}

describeWhere(["podNetworks"], "logged packets", () => {
  test.each([
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ])("to $address come with prefix, mark, link and header", async ({ address, family }) => {
    const packets = collect();
    send(address);
    await expect.poll(() => packets).toHaveLength(1);
    expect(packets[0]).toEqual({
      prefix: "refused web: ",
      hook: "output",
      mark: 0x2a,
      inLinkIndex: undefined,
      outLinkIndex: 1,
      header: {
        family,
        source: address,
        destination: address,
        protocol: 17,
        sourcePort: expect.any(Number),
        destinationPort: 5301,
      },
    });
  });

  test("no more is copied than asked for", async () => {
    const packets = collect(20);
    send("127.0.0.1", 1000);
    await expect.poll(() => packets).toHaveLength(1);
    expect(packets[0]?.header).toMatchObject({ destination: "127.0.0.1" });
    expect(packets[0]?.header?.destinationPort).toBeUndefined();
  });

  test("a group is one process's, until it lets go", async () => {
    collect();
    expect(() => collect()).toThrow(/cannot receive what is logged to group 7: .*E(PERM|BUSY)/);
    for (const subscription of subscriptions.splice(0)) subscription.close();
    // Closing a socket frees the group in its own time.
    await vi.waitFor(() => collect(), { timeout: 15_000 });
  });
});
