import type { ConnectionOptions } from "node:tls";

/** PEM texts. */
export interface TlsMaterial {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Server name to verify and to send, where it is not the URL's host. */
  readonly servername?: string | undefined;
  /** kubeconfig's insecure-skip-tls-verify. */
  readonly insecure?: boolean;
}

/** As node:tls takes it, where an undefined value is not the same as none. */
export function tlsOptions({
  ca,
  cert,
  key,
  servername,
  insecure,
}: TlsMaterial): ConnectionOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    rejectUnauthorized: insecure !== true,
  };
}
