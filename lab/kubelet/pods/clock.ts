/** Time as pods have it. */
export type Sleep = (ms: number) => Promise<void>;
