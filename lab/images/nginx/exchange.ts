import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import type { Configuration, Location, VirtualServer } from "./contract.ts";

/** One request and what has become of it so far. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly configuration: Configuration;
  readonly server: VirtualServer;
  /** Path as it came. */
  readonly rawPath: string;
  readonly body: Buffer;
  readonly startMs: number;
  /** Of the connection, counted by the process. */
  readonly connection: number;
  /** Plain path, which rewrites change. */
  uri: string;
  args: string;
  isChanged: boolean;
  /** It came here by an error_page, try_files or the like. */
  isInternal: boolean;
  location: Location | undefined;
  /** Groups of the last regular expression that fitted. */
  groups: RegExpExecArray | undefined;
  readonly assigned: Map<string, string>;
  readonly upstream: { address: string; status: string; responseMs: number | undefined };
  status: number;
  sentBytes: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer | Readable;
  /** A page of nginx itself, which `error_page` may replace. */
  readonly isOwn: boolean;
}

/** A status without more: nginx' own page for it. */
export function statusReply(status: number, headers: Reply["headers"] = {}): Reply {
  return { status, headers, body: "", isOwn: true };
}

/** Of a reply in whose place another goes. */
export function dropBody(reply: Reply | undefined): void {
  const body = reply?.body;
  if (typeof body === "object" && !Buffer.isBuffer(body)) body.destroy();
}
