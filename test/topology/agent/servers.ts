import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, isIPv6, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import type { ServeRequest } from "../contract.ts";
import { greeting, plainAddress } from "./greeting.ts";
import { listenSctp } from "./sctp.ts";

/** Servers that say who they are and whom they see, and give back what they are sent. */
export class Servers {
  readonly #accepted = new Set<Socket>();

  async serve(request: ServeRequest): Promise<{ readonly port: number }> {
    if (request.transport === "udp") return serveUdp(request);
    const server = createServer((socket) => this.#greet(socket, request));
    if (request.transport === "sctp") server.listen({ fd: listenSctp(request) });
    else server.listen(request.port, request.address ?? "::");
    await once(server, "listening");
    return { port: request.port };
  }

  dropAccepted(): number {
    const count = this.#accepted.size;
    for (const socket of this.#accepted) socket.resetAndDestroy();
    return count;
  }

  #greet(socket: Socket, { name, port }: ServeRequest): void {
    this.#accepted.add(socket);
    socket.on("error", () => {}); // Clients end with RST.
    socket.on("close", () => this.#accepted.delete(socket));
    const source = plainAddress(socket.remoteAddress);
    socket.write(
      greeting({ server: name, serverPort: port, source, sourcePort: socket.remotePort ?? 0 }),
    );
    socket.pipe(socket);
  }
}

/**
 * One socket for each address: a socket of all addresses answers from the one that the route back prefers, which need
 * not be the one that was asked.
 */
async function serveUdp(request: ServeRequest): Promise<{ readonly port: number }> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const own = all.filter(({ scopeid }) => !scopeid).map(({ address }) => address);
  const addresses = request.address === undefined ? own : [request.address];
  await Promise.all(addresses.map((address) => serveUdpAt(address, request)));
  return { port: request.port };
}

async function serveUdpAt(address: string, { name, port }: ServeRequest): Promise<void> {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  socket.on("message", (message, from) => {
    const seen = { source: from.address, sourcePort: from.port };
    const said = greeting({ server: name, serverPort: port, ...seen });
    socket.send(said + message.toString(), from.port, from.address, () => {});
  });
  socket.bind(port, address);
  await once(socket, "listening");
  socket.on("error", () => {}); // A client that is gone.
}
