import { expect, test } from "vitest";
import { readIpHeader } from "./ip-header.ts";

const v4 = (fragment: string, protocol: string) =>
  `4500001c0000${fragment}40${protocol}00000a0000010a600001`;
const v6 = (next: string) =>
  `600000000010${next}40fd000000000000000000000000000001fd00000000000000000000000000000a`;

test.each([
  { name: "UDP", packet: `${v4("0000", "11")}9c400035`, protocol: 17, ports: [40_000, 53] },
  {
    name: "first fragment",
    packet: `${v4("2000", "11")}9c400035`,
    protocol: 17,
    ports: [40_000, 53],
  },
  { name: "later fragment", packet: `${v4("0001", "11")}9c400035`, protocol: 17, ports: [] },
  { name: "ICMP", packet: `${v4("0000", "01")}08000000`, protocol: 1, ports: [] },
  { name: "cut before the ports", packet: `${v4("0000", "06")}9c40`, protocol: 6, ports: [] },
  {
    name: "TCP over IPv6",
    packet: `${v6("06")}9c4000500000000000000000`,
    protocol: 6,
    ports: [40_000, 80],
  },
  {
    name: "behind options",
    packet: `${v6("00")}1100000000000000${"9c400035"}00000000`,
    protocol: 17,
    ports: [40_000, 53],
  },
  {
    name: "first IPv6 fragment",
    packet: `${v6("2c")}1100000100000000${"9c400035"}00000000`,
    protocol: 17,
    ports: [40_000, 53],
  },
  {
    name: "later IPv6 fragment",
    packet: `${v6("2c")}1100000800000000${"9c400035"}00000000`,
    protocol: 17,
    ports: [],
  },
])("$name", ({ packet, protocol, ports: [sourcePort, destinationPort] }) => {
  const isV6 = packet.startsWith("6");
  expect(readIpHeader(Buffer.from(packet, "hex"))).toEqual({
    family: isV6 ? 6 : 4,
    source: isV6 ? "fd00::1" : "10.0.0.1",
    destination: isV6 ? "fd00::a" : "10.96.0.1",
    protocol,
    sourcePort,
    destinationPort,
  });
});

test.each(["", "45", "6000", "4500001c00004000", "ff".repeat(60)])("%j has no header", (packet) => {
  expect(readIpHeader(Buffer.from(packet, "hex"))).toBeUndefined();
});
