/** The servers of a pod of the test: HTTP and UDP at one port, both families. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import { aborted } from "#observe/aborted.ts";
import type { ServerReply } from "./contract.ts";

export interface ServeOptions {
  readonly port: number;
  readonly pod: string;
  readonly node: string;
  readonly stopping: AbortSignal;
}

/**
 * HTTP: reads the body and answers with a ServerReply, behind which the body comes back. UDP: a datagram as long as the
 * one that came. Serves until it is to end.
 * @throws Error when the port cannot be had
 */
export async function serve({ port, pod, node, stopping }: ServeOptions): Promise<void> {
  const reply = (client = ""): string => {
    const said: ServerReply = { pod, node, client: client.replace(/^::ffff:/, "") };
    return JSON.stringify(said);
  };
  const http = createServer((request, response) => {
    const head = `${reply(request.socket.remoteAddress)}\n`;
    response.writeHead(200, { "content-type": "application/json" });
    response.write(head);
    request.pipe(response);
  });
  const udp = createSocket({ type: "udp6", ipv6Only: false });
  udp.on("message", (message, { address, port: clientPort }) => {
    udp.send(reply(address).padEnd(message.length), clientPort, address);
  });
  http.listen(port, "::");
  udp.bind(port, "::");
  await Promise.all([once(http, "listening"), once(udp, "listening")]);
  await aborted(stopping);
  udp.close();
  http.close();
  http.closeAllConnections();
}
