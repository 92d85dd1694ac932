import { randomBytes, randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { RecordType } from "../../wire/constants.ts";
import { encodeMessage } from "../../wire/encode.ts";
import { queryMessage } from "../../wire/query.ts";

/** How long a probe waits for its answer. */
const ANSWER_MS = 2000;

export interface Destination {
  /** "" is every local address; the probe then goes over loopback. */
  readonly host: string;
  readonly port: number;
}

/** `<63 random bits>.<63 random bits>.<zone>`: nobody can guess it, and so nobody else can ask for it. */
export function randomName(zone: string): string {
  const label = () => (randomBytes(8).readBigUInt64BE() >> 1n).toString();
  return `${label()}.${label()}.${zone === "." ? "" : zone}`;
}

/** Asks this server's own listener for the name over UDP. Resolves to whether it answered; never rejects. */
export async function sendProbe(name: string, { host, port }: Destination): Promise<boolean> {
  const address = host === "" ? "127.0.0.1" : host;
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4").unref();
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    socket.connect(port, address);
    await once(socket, "connect", { signal });
    const answered = once(socket, "message", { signal });
    socket.send(encodeMessage(queryMessage(randomInt(0x1_0000), name, RecordType.HINFO)));
    await answered;
    return true;
  } catch {
    // Nothing listens there yet, or nothing has answered in time.
    return false;
  } finally {
    socket.close();
  }
}
