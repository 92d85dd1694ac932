import type { RawData, WebSocket } from "ws";

/** Channels of v4.channel.k8s.io and v5.channel.k8s.io: the first byte of each binary message. */
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

export const protocols: readonly string[] = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ChannelHandlers {
  readonly stdin: (chunk: Buffer) => void;
  /** The client has nothing more to say: v5 alone can tell. */
  readonly stdinEnd: () => void;
  readonly resize: (size: TerminalSize) => void;
  /** The client has gone. */
  readonly gone: () => void;
}

/** How a command ended, as the error channel says it (meta/v1 Status). */
export function exitStatus(code: number): object {
  if (code === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

export function failureStatus(message: string): object {
  return { metadata: {}, status: "Failure", message, reason: "InternalError", code: 500 };
}

/** One client's streams over one WebSocket. */
export class Channels {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, handlers: ChannelHandlers) {
    this.#socket = socket;
    socket.on("message", (data: RawData) => take(bytesOf(data), handlers));
    socket.on("close", handlers.gone);
    socket.on("error", () => socket.terminate());
  }

  output(stream: "stdout" | "stderr", chunk: Buffer): void {
    this.#send(channel[stream], chunk);
  }

  /** Says how it ended and says goodbye. */
  end(status: object): void {
    this.#send(channel.error, Buffer.from(JSON.stringify(status)));
    this.#socket.close(1000);
  }

  #send(number: number, chunk: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN)
      this.#socket.send(Buffer.concat([Buffer.of(number), chunk]));
  }
}

function take(message: Buffer, handlers: ChannelHandlers): void {
  const [number] = message;
  const body = message.subarray(1);
  if (number === channel.stdin) handlers.stdin(body);
  else if (number === channel.close && body[0] === channel.stdin) handlers.stdinEnd();
  else if (number === channel.resize) {
    const size = sizeOf(body);
    if (size !== undefined) handlers.resize(size);
  }
}

function sizeOf(body: Buffer): TerminalSize | undefined {
  try {
    const { Width, Height } = JSON.parse(body.toString()) as { Width?: number; Height?: number };
    return Width && Height ? { columns: Width, rows: Height } : undefined;
  } catch {
    return undefined;
  }
}

/** A message as one buffer. */
export function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
