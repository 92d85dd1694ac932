/** Something that brings the store's objects in line with one another for as long as the server runs. */
export interface Controller {
  readonly isIdle: boolean;
  /** Resolves when there is nothing left to do for what has been written so far. */
  idle(): Promise<void>;
  close(): void;
}

/** Waits until no controller has work left; one's writes may be another's work. */
export async function allIdle(controllers: readonly Controller[]): Promise<void> {
  while (controllers.some((controller) => !controller.isIdle)) {
    await Promise.all(controllers.map((controller) => controller.idle()));
  }
}
