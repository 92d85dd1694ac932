/** Clients that ask without a pause and keep account of what came back. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { type DecodedPacket, decode, encode, type Packet } from "dns-packet";
import { onTestFinished } from "vitest";

/** A name with what every answer to it must be. */
export interface Question {
  readonly name: string;
  /** NXDOMAIN, or the data of the only A record. */
  readonly expected: string;
}

export interface Account {
  asked: number;
  readonly wrong: string[];
}

const TIMEOUT_MS = 5000;
/** Between the queries of one client: the machine has others to serve. */
const PAUSE_MS = 1;

type Exchange = (query: Buffer) => Promise<Buffer | undefined>;

/** Asks from several clients over UDP, and over TCP on lasting and on fresh connections, until stop(). */
export function askContinuously(port: number, questions: readonly Question[]) {
  const account: Account = { asked: 0, wrong: [] };
  let stopped = false;
  const client = async (label: string, open: () => Promise<OpenClient>): Promise<void> => {
    const { exchange, close } = await open();
    for (let turn = 0; !stopped; turn++) {
      const question = questions[turn % questions.length];
      if (question === undefined) break;
      account.asked++;
      const seen = await ask(exchange, question.name, turn & 0xffff);
      if (seen !== question.expected) account.wrong.push(`${label} ${question.name}: ${seen}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    close();
  };
  const clients = [
    ...[1, 2, 3, 4].map((number) => client(`udp ${number}`, () => openUdp(port))),
    client("tcp", () => openTcp(port)),
    client("tcp, fresh", async () => ({
      exchange: async (query) => {
        const { exchange, close } = await openTcp(port);
        const reply = await exchange(query);
        close();
        return reply;
      },
      close: () => {},
    })),
  ];
  return {
    account,
    /** Resolves when the last answer has come. */
    async stop(): Promise<Account> {
      stopped = true;
      await Promise.all(clients);
      return account;
    },
  };
}

/** A name server on a port of this machine that gives every name one address. */
export async function startUpstream(port: number, data: string): Promise<{ asked(): number }> {
  let asked = 0;
  const socket = createSocket("udp4", (query, from) => {
    asked++;
    const { id = 0, questions = [] } = decode(query);
    const answers = questions.map(({ name }) => ({ type: "A" as const, name, ttl: 30, data }));
    const reply: Packet = { type: "response", id, flags: 0x180, questions, answers };
    socket.send(encode(reply), from.port, from.address);
  });
  onTestFinished(() => void socket.close());
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  return { asked: () => asked };
}

/** One question to a port of this machine over UDP: its outcome as Question.expected has it. */
export async function askOnce(port: number, name: string, timeoutMs = TIMEOUT_MS): Promise<string> {
  const { exchange, close } = await openUdp(port);
  const seen = await ask(exchange, name, 1, timeoutMs);
  close();
  return seen;
}

/** The same over TCP. */
export async function askOverTcp(port: number, name: string): Promise<string> {
  const { exchange, close } = await openTcp(port);
  const seen = await ask(exchange, name, 1);
  close();
  return seen;
}

async function ask(
  exchange: Exchange,
  name: string,
  id: number,
  timeoutMs = TIMEOUT_MS,
): Promise<string> {
  const query: Packet = { type: "query", id, flags: 0x100, questions: [{ type: "A", name }] };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  const reply = await Promise.race([exchange(encode(query)), late]).catch((error) => `${error}`);
  clearTimeout(timer);
  if (typeof reply === "string") return reply;
  return reply === undefined ? "lost" : outcomeOf(decode(reply), id);
}

function outcomeOf(packet: DecodedPacket & { readonly rcode?: string }, id: number): string {
  if (packet.id !== id) return `ID ${packet.id}`;
  if (packet.rcode !== "NOERROR") return packet.rcode ?? "";
  const [answer] = packet.answers ?? [];
  return answer?.type === "A" ? answer.data : "NODATA";
}

interface OpenClient {
  readonly exchange: Exchange;
  close(): void;
}

async function openUdp(port: number): Promise<OpenClient> {
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  return {
    exchange: async (query) => {
      const answer = once(socket, "message");
      socket.send(query);
      return (await answer)[0] as Buffer; // the event's documented first argument
    },
    close: () => socket.close(),
  };
}

async function openTcp(port: number): Promise<OpenClient> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return {
    exchange: async (query) => {
      const frame = Buffer.alloc(2 + query.length);
      frame.writeUInt16BE(query.length);
      frame.set(query, 2);
      socket.write(frame);
      let received = Buffer.alloc(0);
      while (received.length < 2 || received.length < 2 + received.readUInt16BE()) {
        const [chunk] = (await once(socket, "data")) as [Buffer];
        received = Buffer.concat([received, chunk]);
      }
      return received.subarray(2);
    },
    close: () => socket.destroy(),
  };
}
