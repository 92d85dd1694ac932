import type { Transport } from "../contract.ts";
import { Opcode, RecordClass, RecordType } from "../wire/constants.ts";
import { encodeMessage } from "../wire/encode.ts";
import { formatUpstream } from "./address.ts";
import type {
  ExchangeLimits,
  HealthCheckOptions,
  UpstreamAddress,
  UpstreamObserver,
  UpstreamOptions,
} from "./contract.ts";
import { HealthCheck } from "./health-check.ts";
import { randomUint16, setMessageId } from "./message-id.ts";
import { TcpConnection } from "./tcp-connection.ts";
import { TcpPool } from "./tcp-pool.ts";
import { UdpPool } from "./udp-pool.ts";

/** One DNS server that queries are sent to. */
export class Upstream {
  /** "10.0.0.1:53". */
  readonly label: string;
  readonly #address: UpstreamAddress;
  readonly #observer: UpstreamObserver;
  readonly #pool: TcpPool;
  readonly #udp: UdpPool;
  readonly #health: HealthCheck;
  readonly #nowMs: () => number;

  /** @param nowMs a clock that never goes back */
  constructor(
    address: UpstreamAddress,
    options: UpstreamOptions,
    observer: UpstreamObserver,
    nowMs: () => number = () => performance.now(),
  ) {
    this.label = formatUpstream(address);
    this.#address = address;
    this.#observer = observer;
    this.#nowMs = nowMs;
    this.#pool = new TcpPool(options.connections, nowMs);
    this.#udp = new UdpPool(address, nowMs);
    const { intervalMs, timeoutMs, transport } = options.healthCheck;
    const ping = healthQuery(options.healthCheck);
    this.#health = new HealthCheck(
      intervalMs,
      async () => void (await this.exchange(ping, transport, timeoutMs)),
      () => observer.healthCheckFailed(),
    );
  }

  /**
   * Sends a query under a fresh ID and resolves to the reply as it came, with that ID.
   *
   * @param query a whole message with one question; its ID does not matter
   * @throws UpstreamError when there is no reply in time
   */
  async exchange(query: Uint8Array, transport: Transport, timeoutMs: number): Promise<Uint8Array> {
    const sent = Uint8Array.prototype.slice.call(query);
    const id = randomUint16();
    setMessageId(sent, id);
    const onIgnored: ExchangeLimits["onIgnored"] = (reason) => this.#observer.ignoredReply(reason);
    if (transport === "tcp") return this.#exchangeTcp(sent, { timeoutMs, onIgnored });
    const { socket, reused } = this.#udp.take(id);
    this.#observer.connected("udp", reused);
    return socket.exchange(sent, { timeoutMs, onIgnored });
  }

  /** Whether more health checks in a row have failed than allowed; with 0 allowed it is never down. */
  isDown(maxFails: number): boolean {
    return maxFails > 0 && this.#health.fails > maxFails;
  }

  /** Starts checking its health, until it answers; nothing when that is under way. */
  checkHealth(): void {
    this.#health.start();
  }

  /** Ends health checks, idle connections and sockets; exchanges under way run to their end. */
  close(): void {
    this.#health.stop();
    this.#pool.close();
    this.#udp.close();
  }

  async #exchangeTcp(query: Uint8Array, limits: ExchangeLimits): Promise<Uint8Array> {
    const deadlineMs = this.#nowMs() + limits.timeoutMs;
    const pooled = this.#pool.take();
    if (pooled !== undefined) {
      this.#observer.connected("tcp", true);
      try {
        return await this.#exchangeOver(pooled, query, limits);
      } catch (error) {
        // The peer may have closed it meanwhile, which says nothing about the peer: one new connection decides.
        if (this.#nowMs() >= deadlineMs) throw error;
      }
    }
    this.#observer.connected("tcp", false);
    const left = () => Math.max(1, deadlineMs - this.#nowMs());
    const opened = await TcpConnection.open(this.#address, left(), this.#nowMs());
    return this.#exchangeOver(opened, query, { ...limits, timeoutMs: left() });
  }

  async #exchangeOver(
    connection: TcpConnection,
    query: Uint8Array,
    limits: ExchangeLimits,
  ): Promise<Uint8Array> {
    const reply = await connection.exchange(query, limits);
    this.#pool.give(connection);
    return reply;
  }
}

/** `DOMAIN IN NS`, which every resolver has something to say about. */
function healthQuery({ domain, recursionDesired }: HealthCheckOptions): Uint8Array {
  const flags = {
    response: false,
    authoritative: false,
    truncated: false,
    recursionDesired,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
  };
  const questions = [{ name: domain, type: RecordType.NS, class: RecordClass.IN }];
  const sections = { questions, answers: [], authorities: [], additionals: [] };
  const message = encodeMessage({ id: 0, opcode: Opcode.QUERY, rcode: 0, flags, ...sections });
  // Kept for as long as the upstream: out of the encoder's pool.
  return Uint8Array.prototype.slice.call(message);
}
