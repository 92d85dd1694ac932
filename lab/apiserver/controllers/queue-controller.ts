import type { Logger } from "#observe/contract.ts";
import type { Controller } from "./controller.ts";
import { unlessTerminating } from "./unless-terminating.ts";
import { WorkQueue } from "./work-queue.ts";

/** A controller that works on keys: its observers enqueue them, sync() brings what a key stands for in line. */
export abstract class QueueController implements Controller {
  readonly #queue: WorkQueue;

  /** `what` the keys stand for, as the log says it. */
  constructor(what: string, logger: Logger | undefined) {
    this.#queue = new WorkQueue((key) =>
      unlessTerminating(logger, { [what]: key }, () => this.sync(key)),
    );
  }

  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }

  close(): void {
    this.#queue.close();
  }

  /** Looks at the present state of what the key stands for and writes what follows from it. */
  protected abstract sync(key: string): void;

  protected enqueue(key: string): void {
    this.#queue.add(key);
  }

  /** Enqueues when the time has passed; of several times the earliest counts. idle() does not wait for it. */
  protected enqueueAfter(key: string, delayMs: number): void {
    this.#queue.addAfter(key, delayMs);
  }
}
