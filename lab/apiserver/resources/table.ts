import type { ResourceRow } from "../contract.ts";

/** "v1" or "apps/v1". */
export function apiVersionOf(row: ResourceRow): string {
  return row.group === "" ? row.version : `${row.group}/${row.version}`;
}

/** "services" or "deployments.apps": the name of the resource's collection in the store. */
export function collectionOf(row: ResourceRow): string {
  return row.group === "" ? row.plural : `${row.plural}.${row.group}`;
}

/** The resources that are served. Rows can come and go while the server runs. */
export class ResourceTable {
  readonly #rows = new Set<ResourceRow>();
  readonly #byPath = new Map<string, ResourceRow>();
  readonly #byKind = new Map<string, ResourceRow>();
  readonly #listeners: ((row: ResourceRow) => void)[] = [];
  #version = 0;

  constructor(rows: Iterable<ResourceRow>) {
    for (const row of rows) this.add(row);
  }

  get rows(): readonly ResourceRow[] {
    return [...this.#rows];
  }

  /** Changes with the rows. */
  get version(): number {
    return this.#version;
  }

  add(row: ResourceRow): void {
    this.#version += 1;
    this.#rows.add(row);
    this.#byPath.set(`${apiVersionOf(row)}/${row.plural}`, row);
    this.#byKind.set(`${apiVersionOf(row)}/${row.kind}`, row);
    for (const listener of this.#listeners) listener(row);
  }

  remove(row: ResourceRow): void {
    this.#version += 1;
    this.#rows.delete(row);
    this.#byPath.delete(`${apiVersionOf(row)}/${row.plural}`);
    this.#byKind.delete(`${apiVersionOf(row)}/${row.kind}`);
  }

  /** Calls for every row that there is and that comes. */
  follow(listener: (row: ResourceRow) => void): void {
    for (const row of this.#rows) listener(row);
    this.#listeners.push(listener);
  }

  byPath(apiVersion: string, plural: string): ResourceRow | undefined {
    return this.#byPath.get(`${apiVersion}/${plural}`);
  }

  byKind(apiVersion: string, kind: string): ResourceRow | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }
}
