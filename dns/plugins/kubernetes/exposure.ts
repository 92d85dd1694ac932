/** Which namespaces DNS knows. A service proves its namespace, so that event order never makes a name flicker. */
import type { ClusterState } from "#cluster/contract.ts";
import type { KubernetesOptions } from "./contract.ts";

export class Exposure {
  readonly #state: ClusterState;
  readonly #listed: ReadonlySet<string>;
  readonly #byLabel: boolean;

  constructor(
    state: ClusterState,
    options: Pick<KubernetesOptions, "namespaces" | "namespaceLabelSelector">,
  ) {
    this.#state = state;
    this.#listed = new Set(options.namespaces);
    this.#byLabel = options.namespaceLabelSelector !== undefined;
  }

  /** True when the objects of the namespace are published. Their existence is proof of the namespace's. */
  exposes(namespace: string): boolean {
    // With namespace_labels the watch itself selects: a namespace that is not in the state does not match.
    if (this.#byLabel) return this.#state.namespaces.get("", namespace) !== undefined;
    return this.#listed.size === 0 || this.#listed.has(namespace);
  }

  /** True when the namespace is exposed and its object has been seen. */
  exists(namespace: string): boolean {
    return this.exposes(namespace) && this.#state.namespaces.get("", namespace) !== undefined;
  }
}
