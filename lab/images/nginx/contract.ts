/** An nginx for the lab: its configuration as text, as a tree, and as what a request meets. */

/** A directive with its place, for messages. Its block is there for `http {...}` and the like. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A server's address by name or address; rejects when there is none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** Reads a file, or gives undefined when there is none. */
export type ReadFile = (path: string) => string | undefined;

/** Paths that a pattern of `include` fits, sorted. */
export type Glob = (pattern: string) => readonly string[];

/** Variables of a request by name, without "$"; undefined for one that is not set. */
export type Variables = (name: string) => string | undefined;

/** A text with variables in it, read once and filled in for every request. */
export interface Template {
  readonly text: string;
  readonly isConstant: boolean;
  fill(variables: Variables): string;
}

/** A block's own directives, and the blocks around it that it inherits from. */
export interface Scope {
  readonly own: ReadonlyMap<string, readonly Directive[]>;
  readonly parent: Scope | undefined;
}

export type LocationMatch =
  | { readonly kind: "exact" | "prefix" | "prefixFinal" | "named"; readonly text: string }
  | { readonly kind: "regex"; readonly pattern: RegExp };

export interface Location {
  readonly match: LocationMatch;
  readonly scope: Scope;
  readonly steps: readonly Step[];
  readonly locations: readonly Location[];
  readonly proxy: ProxyPass | undefined;
}

/** `proxy_pass`: where to and, with a URI, what the matched part of the request's becomes. */
export interface ProxyPass {
  readonly directive: Directive;
  readonly target: Template;
  /** Undefined for a target with variables, which is read for each request. */
  readonly fixed: ProxyTarget | undefined;
}

export interface ProxyTarget {
  readonly scheme: "http" | "https";
  /** As written: "backend-service:8080" or an upstream's name. */
  readonly authority: string;
  /** "/" and what follows, or undefined when the target has no URI. */
  readonly uri: string | undefined;
}

/** Of the rewrite module, in the order of the file. */
export type Step =
  | { readonly kind: "return"; readonly status: number; readonly text: Template | undefined }
  | {
      readonly kind: "rewrite";
      readonly pattern: RegExp;
      readonly replacement: Template;
      readonly flag: "last" | "break" | "redirect" | "permanent" | undefined;
    }
  | { readonly kind: "set"; readonly name: string; readonly value: Template }
  | { readonly kind: "break" }
  | { readonly kind: "if"; readonly condition: Condition; readonly branch: Location };

export type Condition =
  | { readonly kind: "set"; readonly value: Template }
  | {
      readonly kind: "equal";
      readonly value: Template;
      readonly other: Template;
      readonly negated: boolean;
    }
  | {
      readonly kind: "match";
      readonly value: Template;
      readonly pattern: RegExp;
      readonly negated: boolean;
    }
  | {
      readonly kind: "file";
      readonly test: "f" | "d" | "e" | "x";
      readonly path: Template;
      readonly negated: boolean;
    };

export type ServerName =
  | { readonly kind: "exact" | "suffix" | "prefix"; readonly text: string }
  | { readonly kind: "regex"; readonly pattern: RegExp };

export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly isDefault: boolean;
}

export interface VirtualServer {
  readonly listens: readonly Listen[];
  readonly names: readonly ServerName[];
  readonly scope: Scope;
  readonly steps: readonly Step[];
  readonly locations: readonly Location[];
}

export interface Peer {
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly maxFails: number;
  readonly failTimeoutMs: number;
  readonly isBackup: boolean;
}

export interface Upstream {
  readonly name: string;
  readonly balance: "roundRobin" | "leastConnections" | "clientAddress";
  readonly peers: readonly Peer[];
}

/** `map $source $name {...}`. */
export interface VariableMap {
  readonly source: Template;
  readonly exact: ReadonlyMap<string, Template>;
  readonly patterns: readonly { readonly pattern: RegExp; readonly value: Template }[];
  readonly fallback: Template;
}

export interface Configuration {
  readonly servers: readonly VirtualServer[];
  readonly maps: ReadonlyMap<string, VariableMap>;
  /** What `upstream` blocks and the constant targets of proxy_pass stand for, resolved when the configuration was read. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Addresses of the servers of `resolver`, with ports. */
  readonly resolvers: readonly string[];
  readonly pidFile: string;
}
