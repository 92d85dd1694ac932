import type { RefusalReason, RefusalReport, RefusalSample, RefusingPort } from "./contract.ts";

/** At most: an operator who looks at a Service that does not answer should find the reason there already. */
const FIRST_REPORT_MS = 10_000;
const MOST_WINDOWS = 500;
const MOST_CLIENTS = 1000;
const EXAMPLES = 3;

/** What has come for one Service and cause since it was last told. */
interface Window {
  port: RefusingPort;
  reason: RefusalReason;
  startedMs: number;
  dueMs: number;
  readonly clients: Set<string>;
  isMore: boolean;
}

/**
 * Adds up samples by Service and cause: the first report comes soon, the next ones at intervals for as long as there
 * is something to tell. Memory is bounded; what is beyond it is not told.
 */
export class RefusalJournal {
  readonly #periodMs: number;
  readonly #windows = new Map<string, Window>();

  /** @param periodMs between two reports of a Service and cause */
  constructor(periodMs: number) {
    this.#periodMs = periodMs;
  }

  add({ atMs, client, reason }: RefusalSample, port: RefusingPort): void {
    const key = `${port.namespace}/${port.name} ${port.cause}`;
    const window = this.#windows.get(key) ?? this.#open(key, port, reason, atMs);
    if (window === undefined) return;
    window.port = port;
    window.reason = reason;
    if (window.clients.size < MOST_CLIENTS) window.clients.add(client);
    else if (!window.clients.has(client)) window.isMore = true;
  }

  /** When due() has something to do next; undefined when all is told. */
  get nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const { dueMs } of this.#windows.values()) next = Math.min(next ?? dueMs, dueMs);
    return next;
  }

  /** Takes out what is to be told now. A Service of which nothing came in a whole interval is forgotten. */
  due(nowMs: number): readonly RefusalReport[] {
    const reports: RefusalReport[] = [];
    for (const [key, window] of this.#windows) {
      if (window.dueMs > nowMs) continue;
      if (window.clients.size === 0) {
        this.#windows.delete(key);
        continue;
      }
      reports.push(reportOf(window, nowMs));
      window.clients.clear();
      window.isMore = false;
      window.startedMs = nowMs;
      window.dueMs = nowMs + this.#periodMs;
    }
    return reports;
  }

  #open(key: string, port: RefusingPort, reason: RefusalReason, atMs: number): Window | undefined {
    if (this.#windows.size >= MOST_WINDOWS) return undefined;
    const window: Window = {
      port,
      reason,
      startedMs: atMs,
      dueMs: atMs + Math.min(FIRST_REPORT_MS, this.#periodMs),
      clients: new Set(),
      isMore: false,
    };
    this.#windows.set(key, window);
    return window;
  }
}

function reportOf(
  { port, reason, startedMs, clients, isMore }: Window,
  nowMs: number,
): RefusalReport {
  return {
    port,
    reason,
    durationMs: nowMs - startedMs,
    clients: { count: clients.size, isMore },
    examples: [...clients].slice(0, EXAMPLES),
  };
}
