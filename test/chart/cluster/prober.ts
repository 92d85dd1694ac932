import type { HttpProbe } from "./contract.ts";

/** Asks as kubelet does: from the start of the container, every period; failures count in a row, one success is enough. */
export class Prober {
  readonly #url: string;
  readonly #probe: HttpProbe;
  readonly #onResult: (passes: boolean) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #startedMs = performance.now();
  #failures = 0;
  #isAsking = false;

  constructor(address: string, probe: HttpProbe, onResult: (passes: boolean) => void) {
    const { path, port } = probe.httpGet;
    this.#url = `http://${address}:${port}${path}`;
    this.#probe = probe;
    this.#onResult = onResult;
    this.#timer = setInterval(() => void this.#ask(), (probe.periodSeconds ?? 10) * 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    const { initialDelaySeconds = 0, timeoutSeconds = 1, failureThreshold = 3 } = this.#probe;
    const isEarly = performance.now() - this.#startedMs < initialDelaySeconds * 1000;
    if (isEarly || this.#isAsking) return;
    this.#isAsking = true;
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const status = await fetch(this.#url, { signal, headers: { connection: "close" } }).then(
      (response) => response.status,
      () => 0,
    );
    this.#isAsking = false;
    this.#failures = status >= 200 && status < 400 ? 0 : this.#failures + 1;
    if (this.#failures === 0) this.#onResult(true);
    else if (this.#failures >= failureThreshold) this.#onResult(false);
  }
}
