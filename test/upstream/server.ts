import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Transport } from "#dns/contract.ts";
import { decodeMessage } from "#dns/wire/decode.ts";
import type { Action, Asked, Script } from "./script.ts";

const LOOPBACK: Place = { host: "127.0.0.1", port: 0 };

/** Where to listen; port 0 takes a free one. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface ScriptedUpstream {
  readonly port: number;
  /** "ADDRESS:PORT". */
  readonly label: string;
  /** What it was asked, in order; health checks (`. NS`) apart. */
  readonly asked: readonly Asked[];
  readonly healthChecks: readonly Asked[];
  /** TCP connections that it has accepted. */
  readonly connections: () => number;
  /** Does something else from now on, with health checks too. */
  follow(script: Script): void;
  close(): Promise<void>;
}

/** @param script what to do with queries, health checks included unless `health` says otherwise */
export async function startUpstream(
  script: Script,
  health?: Script,
  at: Place = LOOPBACK,
): Promise<ScriptedUpstream> {
  const asked: Asked[] = [];
  const healthChecks: Asked[] = [];
  const open = new Set<Socket>();
  let current = script;
  let currentHealth = health;
  let accepted = 0;
  let isClosed = false;
  const take = (bytes: Uint8Array, transport: Transport, port: number): readonly Action[] => {
    const message = decodeMessage(bytes);
    const isCheck = message.questions[0]?.name === "." && message.questions[0].type === 2;
    const seen = isCheck ? healthChecks : asked;
    const one: Asked = { message, transport, port, index: seen.length };
    seen.push(one);
    return (isCheck && currentHealth !== undefined ? currentHealth : current)(one);
  };
  const [udp, tcp] = await bindBoth(at);
  const elsewhere = createSocket("udp4");
  udp.on("message", async (bytes, client) => {
    for (const action of take(bytes, "udp", client.port)) {
      await sleep(action.delayMs);
      // What is still to be said when the test is over is said to nobody: a closed socket would throw.
      if (isClosed) return;
      sendTo(action.fromElsewhere === true ? elsewhere : udp, action, client);
    }
  });
  tcp.on("connection", (socket) => {
    accepted++;
    open.add(socket);
    socket.on("error", () => undefined).on("close", () => open.delete(socket));
    socket.on("data", async (frame: Buffer) => {
      for (const action of take(frame.subarray(2), "tcp", socket.remotePort ?? 0)) {
        await sleep(action.delayMs);
        perform(socket, action);
      }
    });
  });
  const { port } = udp.address();
  return {
    port,
    label: `${at.host}:${port}`,
    asked,
    healthChecks,
    connections: () => accepted,
    follow(next) {
      current = next;
      currentHealth = undefined;
    },
    async close() {
      isClosed = true;
      for (const socket of open) socket.destroy();
      udp.removeAllListeners("message").close();
      elsewhere.close();
      tcp.close();
      await once(tcp, "close");
    },
  };
}

function sendTo(socket: UdpSocket, { send }: Action, { port, address }: RemoteInfo): void {
  // The client may have gone meanwhile.
  if (send !== undefined) socket.send(send, port, address, () => undefined);
}

function perform(socket: Socket, { send, end }: Action): void {
  if (send !== undefined) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(send.length);
    socket.write(Buffer.concat([length, send]));
  }
  if (end === "close") socket.end();
  if (end === "reset") socket.resetAndDestroy();
}

/** UDP and TCP on the same port, which the kernel chooses where none is given. */
async function bindBoth({ host, port }: Place): Promise<[UdpSocket, Server]> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const udp = createSocket("udp4");
    udp.bind(port, host);
    await once(udp, "listening");
    const tcp = createServer().listen(udp.address().port, host);
    try {
      await once(tcp, "listening");
      return [udp, tcp];
    } catch {
      udp.close();
    }
  }
  throw new Error("no port was free for both UDP and TCP");
}
