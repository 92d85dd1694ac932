import { decode } from "../kinds/decode.ts";
import { oneOf } from "../kinds/problems.ts";
import { tokenRequestRow } from "../resources/rows.ts";
import type { ResourceTable } from "../resources/table.ts";
import { checkPreconditions } from "../rest/checks.ts";
import { timestamp } from "../rest/metadata.ts";
import type { Reader } from "../rest/reader.ts";
import type { Authority } from "../security/contract.ts";
import { tokenIssuer } from "../security/token.ts";
import { invalid, methodNotAllowed, noSuchResource } from "../status.ts";
import { readObject } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import type { PartHandler } from "./part-handler.ts";
import type { NamedTarget } from "./route.ts";
import { sendJson } from "./send.ts";

interface Spec {
  readonly audiences?: readonly string[];
  readonly expirationSeconds?: number;
  readonly boundObjectRef?: BoundObject;
}

interface BoundObject {
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
}

const bindable: ReadonlySet<string> = new Set(["Pod", "Secret", "Node"]);
const shortestSeconds = 600;
const defaultSeconds = 3600;

/** The token subresource of service accounts (authentication.k8s.io/v1 TokenRequest). */
export class TokenHandler implements PartHandler {
  readonly #reader: Reader;
  readonly #table: ResourceTable;
  readonly #authority: Authority | undefined;
  readonly #now: () => number;

  constructor(
    reader: Reader,
    table: ResourceTable,
    authority: Authority | undefined,
    now: () => number,
  ) {
    this.#reader = reader;
    this.#table = table;
    this.#authority = authority;
    this.#now = now;
  }

  /** @throws StatusError 404 where there are no tokens or no such account */
  async handle(exchange: Exchange, { row, namespace, name }: NamedTarget): Promise<void> {
    if (this.#authority === undefined) throw noSuchResource();
    if (exchange.method !== "POST") throw methodNotAllowed(row, exchange.method);
    this.#reader.get(row, namespace, name);
    const { object } = decode(await readObject(exchange, tokenRequestRow), tokenRequestRow);
    const { boundObjectRef: bound, ...spec } = (object.spec ?? {}) as Spec;
    const lifetimeSeconds = Math.max(shortestSeconds, spec.expirationSeconds ?? defaultSeconds);
    const audiences = spec.audiences?.length ? spec.audiences : [tokenIssuer];
    const boundTo = bound === undefined ? {} : { boundTo: this.#bound(namespace, bound) };
    const request = { namespace, name, lifetimeSeconds, audiences, ...boundTo };
    const status = {
      token: this.#authority.issueToken(request),
      expirationTimestamp: timestamp(this.#now() + lifetimeSeconds * 1000),
    };
    const metadata = { name, namespace, creationTimestamp: timestamp(this.#now()) };
    const granted = { ...(object.spec as Spec), audiences, expirationSeconds: lifetimeSeconds };
    const answer = { ...object, metadata, spec: granted };
    sendJson(exchange, 201, JSON.stringify({ ...answer, status }));
  }

  /** @throws StatusError 404, 409 when it is another one by now, 422 for a kind that tokens are not bound to */
  #bound(namespace: string, { kind = "", name = "", uid }: BoundObject) {
    const row = bindable.has(kind) ? this.#table.byKind("v1", kind) : undefined;
    if (row === undefined)
      throw invalid({ kind: "TokenRequest", group: "authentication.k8s.io" }, "", [
        ...oneOf("spec.boundObjectRef.kind", kind, [...bindable]),
      ]);
    const { object } = this.#reader.get(row, row.namespaced ? namespace : "", name);
    checkPreconditions(row, object, uid === undefined ? {} : { uid });
    return { kind, name, uid: object.metadata.uid ?? "" };
  }
}
