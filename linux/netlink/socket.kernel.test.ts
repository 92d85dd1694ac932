import { execFileSync } from "node:child_process";
import { constants } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import {
  NETLINK_NETFILTER,
  NETLINK_ROUTE,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REQUEST,
} from "./abi.ts";
import { openNetlink } from "./socket.ts";
import { NetlinkWriter } from "./writer.ts";

const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const listLinks = {
  operation: "list links",
  type: RTM_GETLINK,
  flags: 0,
  body: Buffer.alloc(16),
};

const namespace = `fl-socket-${process.pid}`;
const namespacePath = `/run/netns/${namespace}`;

describeWhere(["namespaces"], "a netlink socket", () => {
  beforeAll(() => {
    execFileSync("ip", ["netns", "add", namespace]);
  });
  afterAll(() => {
    execFileSync("ip", ["netns", "delete", namespace]);
  });

  test("reads a table, and again after an error in between", () => {
    const socket = openNetlink({ protocol: NETLINK_ROUTE, namespacePath });
    const indexes = socket.dump(listLinks, ({ body }) => body.readInt32LE(4));
    expect(indexes).toContain(1);
    const body = new NetlinkWriter().raw(Buffer.alloc(16)).nested(18, (w) => w.string(1, "nokind"));
    const make = {
      operation: "make a link",
      type: RTM_NEWLINK,
      flags: NLM_F_CREATE | NLM_F_EXCL,
      body: body.finish(),
    };
    const refused = "cannot make a link: netlink: ENOTSUP: Unknown device type";
    expect(() => socket.request(make)).toThrow(refused);
    expect(socket.dump(listLinks, ({ body }) => body.readInt32LE(4))).toEqual(indexes);
    socket.close();
  });

  test("stays in its namespace while the thread is back in its own", () => {
    const socket = openNetlink({ protocol: NETLINK_ROUTE, namespacePath });
    execFileSync("ip", ["-n", namespace, "link", "add", "fl-there", "type", "bridge"]);
    const here = openNetlink({ protocol: NETLINK_ROUTE });
    const names = ({ body }: { readonly body: Buffer }) => body.includes("fl-there") || undefined;
    expect(socket.dump(listLinks, names)).toEqual([true]);
    expect(here.dump(listLinks, names)).toEqual([]);
    socket.close();
    here.close();
  });

  test("a batch of megabytes goes in one piece, refusals carry the sequence of their message", () => {
    const socket = openNetlink({ protocol: NETLINK_NETFILTER, namespacePath });
    const batch = (wrong: readonly number[]) => nftablesBatch(15_000, new Set(wrong));
    expect(batch([]).length).toBeGreaterThan(4_000_000);
    const { ENOENT } = constants.errno;
    const refused = socket.sendBatch(batch([7000, 9000])).filter(({ errno }) => errno !== 0);
    expect(refused).toMatchObject([
      { sequence: 7000, errno: ENOENT },
      { sequence: 9000, errno: ENOENT },
    ]);
    expect(refused[0]?.offset).toBe(20);
    expect(socket.sendBatch(batch([])).filter(({ errno }) => errno !== 0)).toEqual([]);
    socket.close();
    expect(
      execFileSync("ip", ["netns", "exec", namespace, "nft", "list", "tables"], {
        encoding: "utf8",
      }),
    ).toBe("table inet x\n");
  });

  test("a namespace that is not there", () => {
    const open = () => openNetlink({ protocol: NETLINK_ROUTE, namespacePath: "/run/netns/none" });
    expect(open).toThrow("cannot open the network namespace /run/netns/none: open: ENOENT");
  });
});

/** Makes one table over and over, with 280 bytes of user data; the wrong ones ask for one that is not there. */
function nftablesBatch(count: number, wrong: ReadonlySet<number>): Buffer {
  const NFT_MSG_NEWTABLE = 0xa00;
  const NFT_MSG_DELTABLE = 0xa02;
  const inet = Buffer.from([1, 0, 0, 0]);
  const nftables = Buffer.from([0, 0, 0, 10]);
  const writer = new NetlinkWriter(Buffer.allocUnsafe(1 << 16))
    .begin(16, NLM_F_REQUEST, 0)
    .raw(nftables)
    .end();
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const [type, name] = wrong.has(sequence) ? [NFT_MSG_DELTABLE, "y"] : [NFT_MSG_NEWTABLE, "x"];
    const flags = NLM_F_REQUEST | (sequence % 1000 === 1 ? NLM_F_ACK : 0);
    writer.begin(type, flags, sequence).raw(inet).string(1, name);
    if (!wrong.has(sequence)) writer.bytes(6, Buffer.alloc(255));
    writer.end();
  }
  return writer
    .begin(17, NLM_F_REQUEST, count + 1)
    .raw(nftables)
    .end()
    .finish();
}
