import type { ServeOptions } from "../contract.ts";

export interface CorefilePorts {
  readonly ready: number;
  readonly metrics: number;
}

/** Probe ports, just above the DNS port. */
export function corefilePorts(port: number): CorefilePorts {
  return { ready: port + 1, metrics: port + 2 };
}

/**
 * The server block of a cluster, as clusters ship it, without forwarding and cache, as no load leaves
 * the zone; bound to one address as the other servers are.
 */
export function corefile(options: Pick<ServeOptions, "port" | "apiServer" | "model">): string {
  const ports = corefilePorts(options.port);
  return `.:${options.port} {
    bind 127.0.0.1
    errors
    ready 127.0.0.1:${ports.ready}
    kubernetes ${options.model.zone.slice(0, -1)} in-addr.arpa ip6.arpa {
        endpoint ${options.apiServer}
    }
    prometheus 127.0.0.1:${ports.metrics}
    loadbalance
}
`;
}
