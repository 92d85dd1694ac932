/** What a pod's container finds in its image. There are no images here: each is a description of what stands in for it. */

export interface Image {
  /** ENTRYPOINT and CMD, which a container's command and args replace as Kubernetes does. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly workingDir: string;
  /** Programs that the container finds before the machine's own, by name, each with what is run for it. */
  readonly programs: Readonly<Record<string, readonly string[]>>;
}
