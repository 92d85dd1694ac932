/** Time as pods' workers have it. */
export interface Clock {
  readonly nowMs: () => number;
  readonly sleep: Sleep;
}

export type Sleep = (ms: number) => Promise<void>;
