import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv4 } from "node:net";
import { hasNoIpv6, peerOf } from "../serving/listen.ts";

/** Answers datagrams to a port of all addresses, or of one; undefined answers nothing. */
export async function serveUdp(
  port: number,
  host: string | undefined,
  answer: (text: string, peer: string) => string | undefined,
): Promise<void> {
  const address = host ?? "::";
  const socket = createSocket(isIPv4(address) ? "udp4" : "udp6");
  socket.on("message", (message, { address: remoteAddress, port: remotePort }) => {
    const text = answer(message.toString(), peerOf({ remoteAddress, remotePort }));
    if (text !== undefined) socket.send(text, remotePort, remoteAddress, () => undefined);
  });
  socket.bind(port, address);
  try {
    await once(socket, "listening");
  } catch (error) {
    if (host !== undefined || !hasNoIpv6(error)) throw error;
    await serveUdp(port, "0.0.0.0", answer);
  }
}
