/** Network namespaces, see network_namespaces(7). A thread is in one; a process's threads may be in different ones. */

/** A namespace held open: it lives on while this is open, whatever becomes of the path or process it came from. */
export interface NetworkNamespace {
  readonly fd: number;
  /** Where it was found, for messages. */
  readonly path: string;
  /** Device and inode, "4:4026531840": the same for every path that leads to the namespace, and for no other. */
  readonly identity: string;
  close(): void;
}
