import { once } from "node:events";
import { IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer, type Server, Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { builtinRows } from "../../resources/rows.ts";
import { StoredObject } from "../../store/stored-object.ts";
import { Upgrade } from "../upgrade.ts";
import { Tunnels } from "./tunnels.ts";

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "default" } };
const reader = { get: () => new StoredObject("default/p", 1, pod) };

let kubelet: Server;

beforeEach(async () => {
  kubelet = createServer();
  kubelet.listen(0, "127.0.0.1");
  await once(kubelet, "listening");
});

afterEach(async () => {
  kubelet.close();
  await once(kubelet, "close");
});

async function toKubelet(): Promise<Socket> {
  const socket = connect((kubelet.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

it("leaves no connection to the kubelet when the client has gone before there is one", async () => {
  const [row] = builtinRows.filter(({ kind }) => kind === "Pod");
  const client = new Socket();
  const request = new IncomingMessage(client);
  request.headers.upgrade = "websocket";
  const upgrade = new Upgrade(request, client, Buffer.alloc(0), undefined);
  const accepted = once(kubelet, "connection");
  const open = async () => {
    client.destroy();
    await once(client, "close");
    return toKubelet();
  };
  const target = { row, namespace: "default", name: "p", subresource: "portforward" };
  await new Tunnels(reader, { open }).open(upgrade, target);
  const [connection] = (await accepted) as [Socket];
  connection.resume();
  await once(connection, "close");
  expect(connection.destroyed).toBe(true);
});
