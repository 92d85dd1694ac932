import type { Directive } from "./contract.ts";

/** What nginx reports as [emerg]: it does not start, or goes on with what it had. */
export class Emergency extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }

  static at({ file, line }: Pick<Directive, "file" | "line">, words: string): Emergency {
    return new Emergency(`${words} in ${file}:${line}`);
  }
}
