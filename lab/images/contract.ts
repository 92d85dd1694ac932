/** What a pod's container finds in its image. There are no images here: each is a description of what stands in for it. */

export interface Image {
  /** ENTRYPOINT and CMD, which a container's command and args replace as Kubernetes does. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly workingDir: string;
  /**
   * Programs that the container finds before the machine's own, each with what is run for it; by name, or by absolute path
   * where people call it by that.
   */
  readonly programs: Readonly<Record<string, readonly string[]>>;
  /** Files of the image that manifests look for or write beside, by absolute path; volumes are mounted over them. */
  readonly files: Readonly<Record<string, string>>;
  /** STOPSIGNAL: what the first process gets when the container is told to end. */
  readonly stopSignal: NodeJS.Signals;
}
