/**
 * A client of the Kubernetes API that is small enough for every process of the lab: JSON over HTTPS, lists that are kept
 * up to date, and writes. Refusals are ApiErrors.
 */
import type { KubeObject } from "../apiserver/contract.ts";

/** Where the API is and what proves who asks, as a kubeconfig says it. */
export interface Connection {
  /** Base URL, e.g. "https://172.30.0.1:6443". */
  readonly server: string;
  /** PEM; without it the system's authorities are believed. */
  readonly ca?: string;
  /** PEM. */
  readonly certificate?: string;
  /** PEM. */
  readonly key?: string;
  /** Bearer token. */
  readonly token?: string;
}

export interface RequestOptions {
  /** An object is sent as JSON. */
  readonly body?: object;
  /** Of the body; "application/json" when absent. */
  readonly contentType?: string;
  /** Default 10000. */
  readonly timeoutMs?: number;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface KubeClient {
  /**
   * One request, answered with the decoded body.
   * @param path with query, e.g. "/api/v1/namespaces/default/pods/web"
   * @throws ApiError with the server's code and reason; code 0 when no answer came
   */
  request(method: Method, path: string, options?: RequestOptions): Promise<KubeObject>;
  /**
   * Keeps a list: `change` gets every object once, each newer version, and undefined for one that is gone.
   * It lists again when the server has forgotten where the watch was, and tries again for as long as it is not closed.
   * What a handler throws is logged, and the handler is not called again for it.
   * @param path of the collection, with selectors but without watch parameters
   */
  watch(path: string, change: WatchHandler): Watch;
  /** Drops connections that stand open. Watches begin anew from where they were. */
  close(): void;
}

export interface WatchHandler {
  /** `key` is "namespace/name", or the name alone. */
  change(key: string, object: KubeObject | undefined): void;
  /** After each complete list. */
  synced?(): void;
}

export interface Watch {
  /** Lets go of a stream that may have gone dead unnoticed, and goes on from the same revision. */
  restart(): void;
  close(): void;
}
