/** What a reflector expects of its server and allows itself, in milliseconds. */
export interface ReflectorTiming {
  /** How often the server sends a bookmark to a silent watch. */
  readonly bookmarkIntervalMs: number;
  /** How long a streamed list may be silent before its end is marked. */
  readonly streamSilenceMs: number;
  /** Everything is listed again after this and up to as long again, against events lost without a trace. */
  readonly auditIntervalMs: number;
  /** How often a server is asked for a resource that it did not have. */
  readonly missingIntervalMs: number;
}

export const defaultTiming: ReflectorTiming = {
  bookmarkIntervalMs: 60_000, // kube-apiserver's
  streamSilenceMs: 3000, // kube-apiserver looks for marks that are due every 1 to 1.25 s
  auditIntervalMs: 6 * 3_600_000,
  missingIntervalMs: 60_000,
};
