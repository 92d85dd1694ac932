/** Logging and metrics as the parts of the suite see them. */
import type { Registry } from "prom-client";

/** The subset of pino's interface that the suite uses; fields first, then the sentence. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

export type MetricsRegistry = Registry;
