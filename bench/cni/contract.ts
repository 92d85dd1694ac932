/** What the parts of the CNI's benchmark hand to one another. Types only. */

/** One call of a plugin, in a namespace that stands for a container. */
export interface Call {
  readonly command: "ADD" | "DEL";
  readonly id: string;
  readonly netns: string;
}

/** What the caller saw of it. */
export interface Called {
  /** From before the start of the process to its end. */
  readonly tookMs: number;
  readonly status: number;
  readonly stdout: string;
}

/** A set of CNI plugins on a node, with a configuration that makes it a bridge's member of its own subnet. */
export interface Contestant {
  readonly name: string;
  /** Path of the program that answers as type `bridge`. */
  readonly program: string;
  /** CNI_PATH. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How a contestant attaches containers. */
export interface Network {
  readonly bridge: string;
  readonly subnet: string;
  readonly mtu?: number;
  readonly masquerade: boolean;
}

/** A contestant in one node's network, ready to be called. */
export interface Attacher {
  readonly name: string;
  /** Groups one after another, the calls of a group all at once. */
  call(groups: readonly (readonly Call[])[]): Promise<readonly Called[]>;
}
