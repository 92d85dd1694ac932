import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Proof } from "../security/authenticate.ts";
import type { UserInfo } from "../security/contract.ts";
import type { StatusError } from "../status.ts";

/** A request of HTTP/1.1 that asks for another protocol on its connection. */
export class Upgrade implements Proof {
  readonly url: URL;
  readonly socket: Socket;
  /** What the client has sent behind the request. */
  readonly head: Buffer;
  readonly certificateUser: UserInfo | undefined;
  readonly #request: IncomingMessage;

  constructor(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    certificateUser: UserInfo | undefined,
  ) {
    this.url = URL.parse(request.url ?? "/", "http://apiserver") ?? new URL("http://apiserver//");
    this.socket = socket;
    this.head = head;
    this.certificateUser = certificateUser;
    this.#request = request;
    // Nobody else listens any more: a client that breaks off is no fault of the server's.
    socket.on("error", () => socket.destroy());
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(",") : value;
  }

  /** As they were sent, in order. */
  get headers(): readonly (readonly [string, string])[] {
    const { rawHeaders } = this.#request;
    return rawHeaders.flatMap((name, at) =>
      at % 2 === 0 ? [[name, rawHeaders[at + 1]] as const] : [],
    );
  }

  /** Answers with a Status instead of the other protocol, and closes. */
  refuse(refusal: StatusError): void {
    const body = `${JSON.stringify(refusal.toStatus())}\n`;
    const head = [
      `HTTP/1.1 ${refusal.httpCode} ${refusal.reason}`,
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
    ];
    this.socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  }
}
