import { constants } from "node:os";
import { describe, expect, test } from "vitest";
import type { NetlinkRequest } from "../contract.ts";
import { connectFake, fakeAck, fakeReply } from "../testing/fake-kernel.ts";
import { addAddress } from "./address.ts";
import { addPortVlans, changeBridgePort, readPortVlans, removePortVlans } from "./bridge-port.ts";
import { changeLink, createLink, deleteGroup, getLink, listLinks } from "./link.ts";
import { setForwarding } from "./neighbour.ts";
import { addRoute, deleteRoute } from "./route.ts";
import { routeSocket } from "./socket.ts";

/** What each request is as bytes, family header and attributes apart. */
describe("requests as bytes", () => {
  test.each<{ name: string; request: NetlinkRequest; type: number; flags: number; bytes: string }>([
    {
      name: "a veth with its other end in a namespace",
      request: createLink({
        kind: "veth",
        name: "v0",
        up: true,
        masterIndex: 7,
        peer: { name: "eth0", mtuBytes: 1450, mac: "02:00:00:00:00:05", namespaceFd: 21 },
      }),
      type: 16,
      flags: 0x600,
      bytes: `00000000 00000000 01000000 01000000
        07000300 76300000  08000a00 07000000
        50001280 09000100 76657468 00000000
          40000280 3c000180 00000000 00000000 00000000 00000000
            09000300 65746830 00000000 0a000100 02000000 00050000 08000400 aa050000 08001c00 15000000`,
    },
    {
      name: "up and promiscuous, not all multicast",
      request: changeLink(5, { up: true, promiscuous: true, allMulticast: false }),
      type: 19,
      flags: 0,
      bytes: "00000000 05000000 01010000 01030000",
    },
    {
      name: "a setting of IPv4, and a group",
      request: changeLink(5, { group: 9, arpNotify: true }),
      type: 19,
      flags: 0,
      bytes: `00000000 05000000 00000000 00000000 08001b00 09000000
        14001a80 10000280 0c000180 08001600 01000000`,
    },
    {
      name: "all links of a group",
      request: deleteGroup(9),
      type: 17,
      flags: 0,
      bytes: "00000000 00000000 00000000 00000000 08001b00 09000000",
    },
    {
      name: "ports of a master",
      request: listLinks({ masterIndex: 3, kind: "veth" }),
      type: 18,
      flags: 0,
      bytes: `00000000 00000000 00000000 00000000 08001d00 08000000 08000a00 03000000
        10001280 09000100 76657468 00000000`,
    },
    {
      name: "a link by name",
      request: getLink("eth0"),
      type: 18,
      flags: 0,
      bytes: "00000000 00000000 00000000 00000000 08001d00 08000000 09003500 65746830 00000000",
    },
    {
      name: "flags of a bridge port",
      request: changeBridgePort(4, { hairpin: true, isolated: false }),
      type: 19,
      flags: 0,
      bytes: "07000000 04000000 00000000 00000000 14000c80 05000400 01000000 05002100 00000000",
    },
    {
      name: "VLANs, a range among them",
      request: addPortVlans(4, [
        { id: 10, lastId: 12 },
        { id: 5, pvid: true, untagged: true },
      ]),
      type: 19,
      flags: 0,
      bytes: `07000000 04000000 00000000 00000000
        1c001a80 08000200 08000a00 08000200 10000c00 08000200 06000500`,
    },
    {
      name: "a VLAN of the bridge itself, removed",
      request: removePortVlans(4, [{ id: 1 }], true),
      type: 17,
      flags: 0,
      bytes: "07000000 04000000 00000000 00000000 14001a80 06000000 02000000 08000200 00000100",
    },
    {
      name: "an IPv6 address without duplicate address detection",
      request: addAddress({ linkIndex: 3, address: "fd00::1/64" }),
      type: 20,
      flags: 0x600,
      bytes: `0a400000 03000000 14000200 fd000000000000000000000000000001
        14000100 fd000000000000000000000000000001 08000800 02000000`,
    },
    {
      name: "a route to a link that is not its own gateway's",
      request: addRoute(
        {
          destination: "10.2.0.0/16",
          gateway: "192.0.2.1",
          linkIndex: 3,
          onLink: true,
          protocol: 86,
        },
        "replace",
      ),
      type: 24,
      flags: 0x500,
      bytes: `02100000 fe560001 04000000 08000100 0a020000 08000500 c0000201
        08000400 03000000 08000f00 fe000000`,
    },
    {
      name: "IPv4 over an IPv6 gateway, in a table beyond 255",
      request: addRoute({
        destination: "0.0.0.0/0",
        gateway: "fe80::1",
        table: 300,
        mtuBytes: 1450,
      }),
      type: 24,
      flags: 0x600,
      bytes: `02000000 00040001 00000000 16001200 0a00 fe800000000000000000000000000001 0000
        08000f00 2c010000 0c000880 08000200 aa050000`,
    },
    {
      name: "a route deleted whoever made it",
      request: deleteRoute({ destination: "fd01::/64" }),
      type: 25,
      flags: 0,
      bytes:
        "0a400000 fe00ff01 00000000 14000100 fd010000000000000000000000000000 08000f00 fe000000",
    },
    {
      name: "one more remote for floods",
      request: setForwarding(
        {
          linkIndex: 9,
          mac: "00:00:00:00:00:00",
          table: "self",
          state: "permanent",
          remote: "192.0.2.8",
        },
        "append",
      ),
      type: 28,
      flags: 0xc00,
      bytes: "07000000 09000000 80000200 0a000200 00000000 00000000 08000100 c0000208",
    },
  ])("$name", ({ request, type, flags, bytes }) => {
    expect(request).toMatchObject({ type, flags });
    expect(Buffer.from(request.body).toString("hex")).toBe(bytes.replaceAll(/\s/g, ""));
  });
});

test("VLANs that the kernel tells of in ranges", () => {
  const { body } = addPortVlans(4, [
    { id: 10, lastId: 12 },
    { id: 5, pvid: true, untagged: true },
  ]);
  expect(readPortVlans({ body: Buffer.from(body) })).toEqual({
    linkIndex: 4,
    vlans: [
      { id: 10, lastId: 12, pvid: false, untagged: false },
      { id: 5, lastId: 5, pvid: true, untagged: true },
    ],
  });
});

describe("what is not there", () => {
  test.each([
    { errno: constants.errno.ENODEV, link: undefined },
    { errno: constants.errno.EPERM, link: "EPERM" },
  ])("errno $errno", ({ errno, link }) => {
    const route = routeSocket(
      connectFake((request) => [[fakeAck(request, errno)]]),
      () => undefined,
    );
    if (link === undefined) expect(route.link("none")).toBeUndefined();
    else expect(() => route.link("none")).toThrow(link);
  });

  test("a malformed answer is an error", () => {
    const route = routeSocket(
      connectFake((request) => [
        [
          fakeReply(
            request,
            16,
            Buffer.concat([Buffer.alloc(16), Buffer.from("0600040001000000", "hex")]),
          ),
        ],
        [fakeAck(request)],
      ]),
      () => undefined,
    );
    expect(() => route.link("bad")).toThrow("attribute 4 should have 4 bytes, it has 2");
  });
});
