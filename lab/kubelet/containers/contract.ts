/** A container as the kernel is asked for it: everything looked up, nothing left to decide. */

export interface Mount {
  /** In the node's file system, without symbolic links. */
  readonly source: string;
  /** In the container. */
  readonly target: string;
  readonly isFile: boolean;
  readonly readOnly: boolean;
  /** Whether mounts that the node makes below it later appear in the container too. */
  readonly followsNode: boolean;
}

/** How a container gets its root: a writable layer over the machine's files, or those files read-only. */
export type RootKind = "overlay" | "read-only binds";

export interface ContainerPlan {
  /** Namespace, pod and container, for messages. */
  readonly name: string;
  readonly argv: readonly string[];
  /** PATH is among them. */
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly hostname: string;
  /** Undefined on the node's network. */
  readonly netns: string | undefined;
  /** Folder of the node whose files lie over the machine's, below the mounts. */
  readonly files: string | undefined;
  /** What the command gets when the container is told to end. */
  readonly stopSignal: NodeJS.Signals;
  readonly mounts: readonly Mount[];
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  /** Sees the node's devices and may set sysctls. */
  readonly isPrivileged: boolean;
  readonly hasReadOnlyRoot: boolean;
  /** Whether its standard input stays open. */
  readonly hasStdin: boolean;
  /** Whether its streams are those of a terminal. */
  readonly hasTerminal: boolean;
}

export interface ExitStatus {
  /** 128 and the signal's number for one that a signal ended. */
  readonly code: number;
}

/** Why a container could not be made: its process never ran. */
export interface StartFailure {
  readonly message: string;
}
