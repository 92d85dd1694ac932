import type { Logger } from "#observe/contract.ts";
import type { Kind, SlimEvent, StateWriter } from "../contract.ts";
import type { Manifest } from "./parse.ts";

/** Slices come before the services that they belong to, so that no service is seen without its endpoints. */
export const manifestKinds = [
  "Namespace",
  "Node",
  "ServiceCIDR",
  "Pod",
  "EndpointSlice",
  "Service",
] as const;

interface Placed {
  readonly file: string;
  readonly manifest: Manifest;
}

/** Turns the directory's present content into the changes against what was handed on before. */
export class ManifestFeed {
  readonly #writer: StateWriter;
  readonly #logger: Logger;
  #applied = new Map<string, Manifest>();

  constructor(writer: StateWriter, logger: Logger) {
    this.#writer = writer;
    this.#logger = logger;
  }

  apply(
    files: readonly { readonly file: string; readonly manifests: readonly Manifest[] }[],
  ): void {
    const next = this.#merge(files);
    for (const kind of manifestKinds) {
      const events = [...this.#upserts(kind, next), ...this.#deletions(kind, next)];
      if (events.length > 0) this.#writer.apply(kind, events);
    }
    this.#applied = next;
  }

  /** The first of several definitions counts, in order of file names; the others are reported. */
  #merge(
    files: readonly { readonly file: string; readonly manifests: readonly Manifest[] }[],
  ): Map<string, Manifest> {
    const placed = new Map<string, Placed>();
    for (const { file, manifests } of files) {
      for (const manifest of manifests) {
        const { namespace, name } = manifest.object;
        const key = `${manifest.kind} ${namespace}/${name}`;
        const first = placed.get(key);
        if (first === undefined) placed.set(key, { file, manifest });
        else this.#logger.warn({ code: "FL-C003" }, duplicate(key, first, { file, manifest }));
      }
    }
    return new Map([...placed].map(([key, { manifest }]) => [key, manifest]));
  }

  *#upserts(kind: Kind, next: ReadonlyMap<string, Manifest>): Iterable<SlimEvent<Kind>> {
    for (const [key, { kind: itsKind, object }] of next) {
      if (itsKind !== kind || this.#applied.get(key)?.object === object) continue;
      yield { type: "upsert", object };
    }
  }

  *#deletions(kind: Kind, next: ReadonlyMap<string, Manifest>): Iterable<SlimEvent<Kind>> {
    for (const [key, { kind: itsKind, object }] of this.#applied) {
      if (itsKind !== kind || next.has(key)) continue;
      yield { type: "delete", namespace: object.namespace, name: object.name };
    }
  }
}

function duplicate(key: string, first: Placed, second: Placed): string {
  const place = ({ file, manifest }: Placed) => `${file}:${manifest.line}`;
  return `${place(second)}: ${key} is passed over, for ${place(first)} defines it already`;
}
