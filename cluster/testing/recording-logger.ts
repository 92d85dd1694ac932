import type { Logger } from "#observe/contract.ts";

/** A logger that keeps the sentences by level, for example "warn: the watch ended". */
export class RecordingLogger implements Logger {
  readonly lines: string[] = [];

  debug(_fields: object, message: string): void {
    this.lines.push(`debug: ${message}`);
  }

  info(_fields: object, message: string): void {
    this.lines.push(`info: ${message}`);
  }

  warn(_fields: object, message: string): void {
    this.lines.push(`warn: ${message}`);
  }

  error(_fields: object, message: string): void {
    this.lines.push(`error: ${message}`);
  }

  child(): Logger {
    return this;
  }
}
