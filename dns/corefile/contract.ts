/** The Corefile as a value: what the parser hands to plugin setups. Positions point into the file as written. */

export interface Position {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface Token extends Position {
  readonly text: string;
}

/** One line of a plugin's block: its words. */
export interface Line {
  readonly position: Position;
  readonly words: readonly Token[];
  /** A nested block, which few plugins have. */
  readonly block?: readonly Line[];
}

/** One directive of a server block: `name args... { block }`. */
export interface Directive {
  readonly position: Position;
  readonly name: string;
  readonly args: readonly Token[];
  readonly block: readonly Line[];
}

export interface ServerAddress {
  readonly scheme: "dns" | "tls" | "https" | "grpc" | "quic";
  /** Lower case with trailing dot. */
  readonly zone: string;
  readonly port: number;
  readonly position: Position;
}

export interface ServerBlock {
  readonly position: Position;
  readonly addresses: readonly ServerAddress[];
  readonly directives: readonly Directive[];
}

export interface Corefile {
  readonly file: string;
  readonly blocks: readonly ServerBlock[];
}
