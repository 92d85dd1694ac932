import type { TlsMaterial } from "./tls-material.ts";

/** Where the API server is and how to show who asks. Files behind it are read at each use, so rotation just works. */
export interface Connection {
  readonly server: URL;
  readonly tls: () => Promise<TlsMaterial>;
  /** Value of the Authorization header; `renew` when the server has refused the last one. */
  readonly authorization: (renew: boolean) => Promise<string | undefined>;
  /** HTTP proxy on the way. */
  readonly proxy?: URL;
}

/** What configuration is read from. */
export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file; rejects as node:fs does. */
  readonly readFile: (file: string) => Promise<string>;
}
