/** Longest delay that timers take, about 24.8 days. */
const maxTimerMs = 0x7fffffff;

/** When a watch stream has to act without an event: bookmarks, its end, and being woken. */
export class WatchClock {
  readonly #bookmarks: NodeJS.Timeout | undefined;
  readonly #end: NodeJS.Timeout;
  readonly #wantsBookmarks: boolean;
  #bookmarkDue = false;
  #timedOut = false;
  #woken = false;
  #sleeper: (() => void) | undefined;

  /** Without an interval there are no bookmarks. */
  constructor(times: {
    readonly timeoutMs: number;
    readonly bookmarkIntervalMs: number | undefined;
  }) {
    this.#wantsBookmarks = times.bookmarkIntervalMs !== undefined;
    if (times.bookmarkIntervalMs !== undefined) {
      const tick = () => {
        this.#bookmarkDue = true;
        this.wake();
      };
      this.#bookmarks = setInterval(tick, Math.min(times.bookmarkIntervalMs, maxTimerMs));
    }
    const finish = () => {
      this.#timedOut = true;
      this.wake();
    };
    this.#end = setTimeout(finish, Math.min(times.timeoutMs, maxTimerMs));
  }

  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** True once for each time a bookmark fell due; the end of the watch is such a time. */
  takeBookmarkDue(): boolean {
    const due = this.#bookmarkDue || (this.#timedOut && this.#wantsBookmarks);
    this.#bookmarkDue = false;
    return due;
  }

  wake(): void {
    this.#woken = true;
    this.#sleeper?.();
  }

  /** Resolves at the next wake(), or at once when there was one since the last sleep. */
  async asleep(): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        this.#sleeper = resolve;
      });
    }
    this.#woken = false;
    this.#sleeper = undefined;
  }

  stop(): void {
    clearInterval(this.#bookmarks);
    clearTimeout(this.#end);
  }
}
