import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { isPortHeld } from "./held-port.ts";

/** The port that the kernel has chosen. */
function portOf(bound: { address(): { port: number } | string | null }): number {
  const address = bound.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describeWhere(["batchedSockets"], "a port that somebody listens on", () => {
  test("TCP: held at its address and for all of them, not at another, not by a connection", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const port = portOf(server);
    expect(isPortHeld("tcp", "127.0.0.1", port)).toBe(true);
    expect(isPortHeld("tcp", "0.0.0.0", port)).toBe(true);
    expect(isPortHeld("tcp", "127.0.0.2", port)).toBe(false);
    expect(isPortHeld("udp", "0.0.0.0", port)).toBe(false);
    const client = connect(port, "127.0.0.1");
    await once(client, "connect");
    expect(isPortHeld("tcp", "0.0.0.0", client.localPort ?? 0)).toBe(false);
    client.destroy();
    server.close();
    await once(server, "close");
    expect(isPortHeld("tcp", "0.0.0.0", port)).toBe(false);
  });

  test("UDP, and an address that the machine does not have", async () => {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const { port } = socket.address();
    expect(isPortHeld("udp", "0.0.0.0", port)).toBe(true);
    expect(isPortHeld("udp", "192.0.2.77", port)).toBe(false);
    socket.close();
  });
});

describeWhere(["batchedSockets", "ipv6"], "a port of IPv6", () => {
  test("a server of both families holds it in both", async () => {
    const server = createServer();
    server.listen(0, "::");
    await once(server, "listening");
    for (const address of ["::", "::1", "0.0.0.0"])
      expect(isPortHeld("tcp", address, portOf(server)), address).toBe(true);
    server.close();
  });
});
