import { decode } from "../kinds/decode.ts";
import { tokenRequestRow } from "../resources/rows.ts";
import { timestamp } from "../rest/metadata.ts";
import type { Reader } from "../rest/reader.ts";
import type { Authority } from "../security/contract.ts";
import { methodNotAllowed, noSuchResource } from "../status.ts";
import { readObject } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import type { PartHandler } from "./part-handler.ts";
import type { NamedTarget } from "./route.ts";
import { sendJson } from "./send.ts";

const shortestSeconds = 600;
const defaultSeconds = 3600;

/** The token subresource of service accounts (authentication.k8s.io/v1 TokenRequest). */
export class TokenHandler implements PartHandler {
  readonly #reader: Reader;
  readonly #authority: Authority | undefined;
  readonly #now: () => number;

  constructor(reader: Reader, authority: Authority | undefined, now: () => number) {
    this.#reader = reader;
    this.#authority = authority;
    this.#now = now;
  }

  /** @throws StatusError 404 where there are no tokens or no such account */
  async handle(exchange: Exchange, { row, namespace, name }: NamedTarget): Promise<void> {
    if (this.#authority === undefined) throw noSuchResource();
    if (exchange.method !== "POST") throw methodNotAllowed(row, exchange.method);
    this.#reader.get(row, namespace, name);
    const { object } = decode(await readObject(exchange, tokenRequestRow), tokenRequestRow);
    const spec = (object.spec ?? {}) as { readonly expirationSeconds?: number };
    const lifetimeSeconds = Math.max(shortestSeconds, spec.expirationSeconds ?? defaultSeconds);
    const status = {
      token: this.#authority.issueToken({ namespace, name, lifetimeSeconds }),
      expirationTimestamp: timestamp(this.#now() + lifetimeSeconds * 1000),
    };
    const metadata = { name, namespace, creationTimestamp: timestamp(this.#now()) };
    const answer = { ...object, metadata, spec: { ...spec, expirationSeconds: lifetimeSeconds } };
    sendJson(exchange, 201, JSON.stringify({ ...answer, status }));
  }
}
