import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { pin, unpin } from "../memory.ts";
import { type DatagramClients, openDatagramClients } from "./client.ts";

const open: { close(): unknown }[] = [];

afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

/** A server that sends every datagram back, with the sender's port as text before it. */
async function echoServer(): Promise<Socket> {
  const server = createSocket("udp4");
  server.on("message", (bytes, from) =>
    server.send(`${from.port} ${bytes}`, from.port, from.address),
  );
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  open.push(server);
  return server;
}

async function collect(clients: DatagramClients, count: number): Promise<[number, string][]> {
  const received: [number, string][] = [];
  for (let attempt = 0; attempt < 200 && received.length < count; attempt += 1) {
    clients.receive((socket, bytes, length) =>
      received.push([socket, bytes.toString("latin1", 0, length)]),
    );
    await sleep(5);
  }
  return received;
}

describe("openDatagramClients", () => {
  it("sends parts of the memory from ports of their own and gives the answers to their socket", async () => {
    const server = await echoServer();
    const clients = openDatagramClients(server.address(), 3);
    open.push(clients);
    const memory = pin(16);
    memory.bytes.write("first.second.");
    expect(clients.send(0, memory, 0, 6)).toBe(true);
    expect(clients.send(2, memory, 6, 7)).toBe(true);
    const received = await collect(clients, 2);
    unpin(memory);
    const texts = new Map(received.map(([socket, text]) => [socket, text.split(" ")]));
    expect(texts.get(0)?.[1]).toBe("first.");
    expect(texts.get(2)?.[1]).toBe("second.");
    expect(texts.get(0)?.[0]).not.toBe(texts.get(2)?.[0]);
  });

  it("receives nothing, at once, when nothing waits", async () => {
    const server = await echoServer();
    const clients = openDatagramClients(server.address(), 2);
    open.push(clients);
    expect(clients.receive(() => expect.unreachable())).toBe(0);
  });

  it("outlives a port that nobody listens on", async () => {
    const server = await echoServer();
    const { address, port } = server.address();
    open.splice(0);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const clients = openDatagramClients({ address, port }, 1);
    open.push(clients);
    const memory = pin(4);
    clients.send(0, memory, 0, 4);
    expect(await collect(clients, 1).then((received) => received.length)).toBe(0);
    unpin(memory);
  });

  it("names an address that is none", () => {
    expect(() => openDatagramClients({ address: "nowhere", port: 53 }, 1)).toThrow(/no IP address/);
  });
});
