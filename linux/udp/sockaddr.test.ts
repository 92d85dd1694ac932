import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { FairleadError } from "#observe/errors.ts";
import { ORIGIN_BYTES } from "../contract.ts";
import { encodeOrigin, formatOrigin } from "./origin.ts";
import { decodeSockaddr, encodeSockaddr, familyOf, formatListener } from "./sockaddr.ts";

test.each([
  { address: "192.0.2.1", port: 53, hex: "0200 0035 c0000201 0000000000000000" },
  { address: "255.255.255.255", port: 65535, hex: "0200 ffff ffffffff 0000000000000000" },
  {
    address: "2001:db8::1:0:0:1",
    port: 4096,
    hex: "0a00 1000 00000000 20010db8000000000001000000000001 00000000",
  },
  { address: "::", port: 0, hex: `0a00 0000 00000000 ${"00".repeat(16)} 00000000` },
])("$address port $port as the kernel reads it", ({ address, port, hex }) => {
  const bytes = encodeSockaddr({ address, port });
  expect(bytes.toString("hex")).toBe(hex.replaceAll(" ", ""));
  expect(decodeSockaddr(bytes)).toEqual({ family: familyOf(address), address, port });
});

test.each([
  { text: "2001:DB8:0:0:1:0:0:1", canonical: "2001:db8::1:0:0:1" },
  { text: "2001:db8:0:1:1:1:1:1", canonical: "2001:db8:0:1:1:1:1:1" },
  { text: "0:0:0:0:0:0:0:0", canonical: "::" },
  { text: "fd00::0a00:1", canonical: "fd00::a00:1" },
])("$text is shown in the form of RFC 5952", ({ text, canonical }) => {
  expect(decodeSockaddr(encodeSockaddr({ address: text, port: 1 })).address).toBe(canonical);
});

test("IPv4 through an IPv6 socket is v4-mapped, and shown as IPv4", () => {
  const bytes = encodeSockaddr({ address: "10.1.2.3", port: 53 }, 6);
  expect(bytes.subarray(8, 24).toString("hex")).toBe(`${"00".repeat(10)}ffff0a010203`);
  expect(decodeSockaddr(bytes)).toEqual({ family: 4, address: "10.1.2.3", port: 53 });
});

test("a link-local address keeps its zone", (context) => {
  const zone = Object.entries(networkInterfaces()).find(([, addresses = []]) =>
    addresses.some((address) => address.family === "IPv6" && address.scopeid),
  )?.[0];
  if (zone === undefined) context.skip("no interface has a link-local address");
  const address = `fe80::1%${zone}`;
  const bytes = encodeSockaddr({ address, port: 53 });
  expect(bytes.readUInt32LE(24)).toBeGreaterThan(0);
  expect(decodeSockaddr(bytes).address).toBe(address);
});

test.each(["", "localhost", "192.0.2", "192.0.2.1:53", "2001:db8::/64"])(
  "%j is refused as an address",
  (address) => {
    expect(() => encodeSockaddr({ address, port: 53 })).toThrow(FairleadError);
    expect(() => familyOf(address)).toThrow("192.0.2.1");
  },
);

test.each([
  { address: "192.0.2.1", port: 53, text: "192.0.2.1:53" },
  { address: "::1", port: 53, text: "[::1]:53" },
])("a listener reads $text", ({ text, ...listener }) => {
  expect(formatListener(listener)).toBe(text);
});

test.each([
  { address: "192.0.2.1", family: 4 as const, length: 16 },
  { address: "192.0.2.1", family: 6 as const, length: 28 },
  { address: "2001:db8::1", family: 6 as const, length: 28 },
])("an origin of $address on a socket of family $family", ({ address, family, length }) => {
  const origin = encodeOrigin({ address, port: 5300 }, family);
  expect(origin).toHaveLength(ORIGIN_BYTES);
  expect([origin.readUInt32LE(28), origin.readUInt32LE(72)]).toEqual([length, 0]);
  expect(formatOrigin(origin)).toEqual({ family: familyOf(address), address, port: 5300 });
});
