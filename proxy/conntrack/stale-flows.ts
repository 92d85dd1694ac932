import type { Flow, FlowTarget, SocketAddress, UdpPort, UdpService } from "./contract.ts";

/**
 * The flows that keep a client from a backend: its packets go on to where the first of them went, to an endpoint that
 * serves no more or to the Service's address itself, from before there was a rule for it. A flow to a serving backend
 * is never among them.
 * @param flows of UDP alone: the kernel ends TCP connections by their own signs
 */
export function staleFlows<F extends Flow>(
  flows: Iterable<F>,
  targets: readonly FlowTarget[],
): readonly F[] {
  const backendsByFrontend = new Map<string, ReadonlySet<string> | "withdrawn">();
  for (const { frontends, backends } of targets) {
    const answering = backends === "withdrawn" ? backends : new Set(backends.map(addressKey));
    for (const frontend of frontends) {
      const key = addressKey(frontend);
      // A frontend that went from one Service to another is withdrawn by one and answered by the other.
      if (answering !== "withdrawn" || !backendsByFrontend.has(key))
        backendsByFrontend.set(key, answering);
    }
  }
  const stale: F[] = [];
  for (const flow of flows) {
    const destination = addressKey(flow.originalDestination);
    const backends = backendsByFrontend.get(destination);
    if (backends === undefined) continue;
    const answering = addressKey(flow.replySource);
    // Where a nodePort was withdrawn, a flow that was not rewritten is some process's on the node.
    const isLive = backends === "withdrawn" ? answering === destination : backends.has(answering);
    if (!isLive) stale.push(flow);
  }
  return stale;
}

/** Frontends that the Service had and has no more. */
export function withdrawn(
  before: readonly UdpPort[],
  after: readonly UdpPort[],
): readonly SocketAddress[] {
  const kept = keysOf(after, "frontends");
  return before
    .flatMap(({ frontends }) => frontends)
    .filter((frontend) => !kept.has(addressKey(frontend)));
}

/**
 * Whether a change can have left stale flows at the frontends that the Service has now: one of them is new, or a port
 * lost a backend or got its first. More backends alone leave none, and a Service that grows costs no look at the table.
 */
export function mayBeStale(before: readonly UdpPort[], { ports }: UdpService): boolean {
  const portByFrontend = new Map(
    before.flatMap((port) =>
      port.frontends.map((frontend) => [addressKey(frontend), port] as const),
    ),
  );
  return ports.some(({ frontends, backends }) => {
    const kept = new Set(backends.map(addressKey));
    return frontends.some((frontend) => {
      const former = portByFrontend.get(addressKey(frontend))?.backends;
      if (former === undefined || (former.length === 0 && backends.length > 0)) return true;
      return former.some((backend) => !kept.has(addressKey(backend)));
    });
  });
}

function keysOf(ports: readonly UdpPort[], part: "frontends" | "backends"): ReadonlySet<string> {
  return new Set(ports.flatMap((port) => port[part].map(addressKey)));
}

function addressKey({ address, port }: SocketAddress): string {
  return `${address} ${port}`;
}
