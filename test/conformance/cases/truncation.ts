/** The service with a hundred endpoints, asked with little and much room. */
export interface TruncationCase {
  readonly type: "A" | "SRV";
  /** Size in the client's OPT; undefined for none. */
  readonly ednsBytes?: number;
  /** What the answer may take at most, whatever was announced. */
  readonly atMostBytes: number;
  readonly truncated: boolean;
  readonly answers: number;
  readonly additionals: number;
}

export const truncationCases: readonly TruncationCase[] = [
  { type: "A", atMostBytes: 512, truncated: true, answers: 29, additionals: 0 },
  { type: "A", ednsBytes: 100, atMostBytes: 512, truncated: true, answers: 28, additionals: 0 },
  { type: "A", ednsBytes: 512, atMostBytes: 512, truncated: true, answers: 28, additionals: 0 },
  { type: "A", ednsBytes: 1232, atMostBytes: 1232, truncated: true, answers: 73, additionals: 0 },
  { type: "A", ednsBytes: 4096, atMostBytes: 4096, truncated: false, answers: 100, additionals: 0 },
  { type: "SRV", atMostBytes: 512, truncated: true, answers: 7, additionals: 0 },
  { type: "SRV", ednsBytes: 1232, atMostBytes: 1232, truncated: true, answers: 19, additionals: 0 },
  { type: "SRV", ednsBytes: 4096, atMostBytes: 4096, truncated: true, answers: 66, additionals: 0 },
  {
    type: "SRV",
    ednsBytes: 65_535,
    atMostBytes: 65_535,
    truncated: false,
    answers: 100,
    additionals: 100,
  },
];
