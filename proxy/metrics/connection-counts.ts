import type { ConnectionReading } from "./contract.ts";

type Port = ConnectionReading["port"];

interface PortCount {
  readonly port: Port;
  total: number;
  /** What the last round added; undefined when it was in no reading. */
  gained: number | undefined;
}

/**
 * Adds up the counters of frontends by ServicePort. Elements are made anew by some changes and count from zero then,
 * so that only differences are added; what an element counted after it was last read is lost with it.
 *
 * A cluster has more ServicePorts than a metrics store likes series: those with most connections are shown by name,
 * what the others count in the meantime is added up in one sum. Shown or not, a series never goes down.
 */
export class ConnectionCounts {
  readonly #limit: number;
  readonly #ports = new Map<string, PortCount>();
  #lastByElement = new Map<string, number>();
  #shown: ReadonlySet<PortCount> = new Set();
  #others = 0;

  /** @param limit most ServicePorts that are shown by name */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param readings of all frontends there are; those that are missing are gone */
  update(readings: Iterable<ConnectionReading>): void {
    const lastByElement = new Map<string, number>();
    for (const count of this.#ports.values()) count.gained = undefined;
    for (const { element, port, connections } of readings) {
      const last = this.#lastByElement.get(element) ?? 0;
      lastByElement.set(element, connections);
      this.#add(port, connections >= last ? connections - last : connections);
    }
    this.#lastByElement = lastByElement;
    for (const [id, { gained }] of this.#ports) if (gained === undefined) this.#ports.delete(id);
    this.#choose();
    for (const count of this.#ports.values())
      if (!this.#shown.has(count)) this.#others += count.gained ?? 0;
  }

  shown(): Iterable<{ readonly port: Port; readonly total: number }> {
    return this.#shown;
  }

  /** Connections to those not shown, counted while they were not. */
  get others(): number {
    return this.#others;
  }

  #add(port: Port, connections: number): void {
    const count = this.#ports.get(port.id) ?? { port, total: 0, gained: undefined };
    this.#ports.set(port.id, count);
    count.gained = (count.gained ?? 0) + connections;
    count.total += connections;
  }

  #choose(): void {
    const counts = [...this.#ports.values()];
    if (counts.length > this.#limit)
      counts.sort((left, right) => right.total - left.total).splice(this.#limit);
    this.#shown = new Set(counts);
  }
}
