import type { ServeOptions } from "../contract.ts";

export interface CorefilePorts {
  readonly ready: number;
  readonly metrics: number;
  readonly health: number;
  /** Nobody listens there. */
  readonly unused: number;
}

/** Writes the Corefile of a server that is about to start. */
export type CorefileWriter = (
  options: Pick<ServeOptions, "port" | "apiServer" | "model">,
) => string;

/** Probe ports, just above the DNS port. */
export function corefilePorts(port: number): CorefilePorts {
  return { ready: port + 1, metrics: port + 2, health: port + 3, unused: port + 4 };
}

/**
 * The server block of a cluster, as clusters ship it, without forwarding and cache, as no load leaves
 * the zone; bound to one address as the other servers are.
 */
export const corefile: CorefileWriter = (options) => {
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
};

/** The same, with the API server that a kubeconfig names, over TLS. */
export function kubeconfigCorefile(file: string): CorefileWriter {
  return (options) => corefile(options).replace(/endpoint .*/, `kubeconfig ${file}`);
}

/**
 * What kubeadm writes, bound to one address and with an upstream that nobody is, as no load leaves the cluster's zone.
 */
export const kubeadmCorefile: CorefileWriter = ({ port, apiServer, model }) => {
  const ports = corefilePorts(port);
  const zone = model.zone.slice(0, -1);
  return `.:${port} {
    bind 127.0.0.1
    errors
    health 127.0.0.1:${ports.health} {
       lameduck 1s
    }
    ready 127.0.0.1:${ports.ready}
    kubernetes ${zone} in-addr.arpa ip6.arpa {
       endpoint ${apiServer}
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus 127.0.0.1:${ports.metrics}
    forward . 127.0.0.1:${ports.unused} {
       max_concurrent 1000
    }
    cache 30 {
       disable success ${zone}
       disable denial ${zone}
    }
    loop
    reload
    loadbalance
}
`;
};

/** The bare server block before an upstream, without a cache. */
export function forwardingCorefile(upstreamPort: number): CorefileWriter {
  return (options) =>
    corefile(options).replace(/}\n$/, `    forward . 127.0.0.1:${upstreamPort}\n}\n`);
}

/** The bare server block with a cache before an upstream; what is cached stays for as long as a measurement takes. */
export function cachingCorefile(upstreamPort: number): CorefileWriter {
  return (options) =>
    corefile(options).replace(
      /}\n$/,
      `    cache {
        success 9984 3600 3600
    }
    forward . 127.0.0.1:${upstreamPort}
}
`,
    );
}
