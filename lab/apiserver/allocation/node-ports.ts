import { invalidValue } from "../kinds/problems.ts";
import { hasNodePorts } from "../kinds/service/update.ts";
import type { ServicePort, ServiceSpec } from "../kinds/types.ts";
import type { Allocated } from "./cluster-ips.ts";

const firstPort = 30_000;
const lastPort = 32_767;

/** Chooses NodePorts, 30000 to 32767. */
export class NodePortAllocator {
  readonly #holderOf: (protocol: string, port: number) => string | undefined;
  #next = firstPort;

  constructor(holderOf: (protocol: string, port: number) => string | undefined) {
    this.#holderOf = holderOf;
  }

  /**
   * The ports of a Service, with NodePorts where its type has them: those it asks for, new ones for the rest.
   * @param key "namespace/name" of the Service
   */
  allocate(key: string, spec: ServiceSpec): Allocated<readonly ServicePort[]> {
    const ports = spec.ports ?? [];
    if (!hasNodePorts(spec)) return { ok: true, value: ports.map(withoutNodePort) };
    const chosen = new Map<number, number>();
    const allocated: ServicePort[] = [];
    for (const [index, port] of ports.entries()) {
      // One number serves the same port under several protocols, as DNS wants it.
      const wanted = port.nodePort || chosen.get(port.port);
      const nodePort = wanted ?? this.#nextFree(port.protocol ?? "TCP", allocated);
      const why = nodePort === undefined ? "range is full" : this.#refusal(key, port, nodePort);
      if (nodePort === undefined || why !== undefined) {
        return {
          ok: false,
          problem: invalidValue(`spec.ports[${index}].nodePort`, nodePort, why ?? ""),
        };
      }
      chosen.set(port.port, nodePort);
      allocated.push({ ...port, nodePort });
    }
    return { ok: true, value: allocated };
  }

  #refusal(key: string, { protocol = "TCP" }: ServicePort, nodePort: number): string | undefined {
    if (nodePort < firstPort || nodePort > lastPort) {
      return `provided port is not in the valid range. The range of valid ports is ${firstPort}-${lastPort}`;
    }
    const holder = this.#holderOf(protocol, nodePort);
    return holder === undefined || holder === key
      ? undefined
      : "provided port is already allocated";
  }

  #nextFree(protocol: string, siblings: readonly ServicePort[]): number | undefined {
    const count = lastPort - firstPort + 1;
    for (let step = 0; step < count; step += 1) {
      const port = firstPort + ((this.#next - firstPort + step) % count);
      const isTaken =
        this.#holderOf(protocol, port) !== undefined ||
        siblings.some(({ nodePort }) => nodePort === port);
      if (isTaken) continue;
      this.#next = port + 1;
      return port;
    }
    return undefined;
  }
}

function withoutNodePort(port: ServicePort): ServicePort {
  const { nodePort, ...rest } = port;
  return nodePort === 0 || nodePort === undefined ? rest : port;
}
