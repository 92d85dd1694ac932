import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { tcpConnector } from "./tcp-connect.ts";

test("connects within this thread, and ends with RST", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const connect = tcpConnector("127.0.0.1", port);
  expect([connect(), connect()].every((tookUs) => tookUs !== undefined && tookUs > 0)).toBe(true);
  await once(server, "connection");
  server.close();
  await once(server, "close");
  expect(connect()).toBeUndefined();
});

test("an address that is none is named", () => {
  expect(() => tcpConnector("pod", 80)).toThrow('"pod" is no IP address');
});
