import type { ClientHttp2Session } from "node:http2";

/** How long a session may be silent before it is asked for a sign of life, and how long the sign may take. */
export interface PingTiming {
  readonly idleMs: number;
  readonly timeoutMs: number;
}

/** client-go's. */
export const defaultPing: PingTiming = { idleMs: 30_000, timeoutMs: 15_000 };

/** How many looks fall into the time that a session may be idle. */
const LOOKS = 3;

/**
 * Ends a session whose peer is gone without a word: when nothing comes it is pinged (RFC 9113 §6.7), and destroyed
 * when nothing comes then either.
 */
export class Liveness {
  readonly #session: ClientHttp2Session;
  readonly #timing: PingTiming;
  readonly #looking: NodeJS.Timeout;
  #deadline: NodeJS.Timeout | undefined;
  #lastSignMs = performance.now();

  constructor(session: ClientHttp2Session, timing: PingTiming) {
    this.#session = session;
    this.#timing = timing;
    this.#looking = setInterval(() => this.#look(), timing.idleMs / LOOKS).unref();
    session.once("close", () => {
      clearInterval(this.#looking);
      clearTimeout(this.#deadline);
    });
  }

  /** The peer has been heard of. */
  sign(): void {
    this.#lastSignMs = performance.now();
  }

  #look(): void {
    const { idleMs, timeoutMs } = this.#timing;
    const isIdle = performance.now() - this.#lastSignMs >= idleMs;
    if (!isIdle || this.#deadline !== undefined || this.#session.destroyed) return;
    const askedMs = performance.now();
    this.#session.ping(() => this.sign());
    // What has arrived while this process was busy is read first.
    const judge = () => setImmediate(() => this.#judge(askedMs));
    this.#deadline = setTimeout(judge, timeoutMs).unref();
  }

  #judge(askedMs: number): void {
    this.#deadline = undefined;
    if (this.#lastSignMs > askedMs || this.#session.destroyed) return;
    const seconds = this.#timing.timeoutMs / 1000;
    this.#session.destroy(new Error(`no answer to a ping within ${seconds} s`));
  }
}
