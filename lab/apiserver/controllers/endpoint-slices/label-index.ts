type Labels = Readonly<Record<string, string>>;

/** Sets of keys by namespace and "label=value"; the base of both directions of selector lookup. */
class Postings {
  readonly #sets = new Map<string, Set<string>>();

  get(posting: string): ReadonlySet<string> | undefined {
    return this.#sets.get(posting);
  }

  add(posting: string, key: string): void {
    const set = this.#sets.get(posting);
    if (set === undefined) this.#sets.set(posting, new Set([key]));
    else set.add(key);
  }

  remove(posting: string, key: string): void {
    const set = this.#sets.get(posting);
    set?.delete(key);
    if (set?.size === 0) this.#sets.delete(posting);
  }
}

function posting(namespace: string, [label, value]: readonly [string, string]): string {
  return `${namespace}/${label}=${value}`;
}

/** Whether every pair of an equality selector is among the labels. */
export function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([label, value]) => labels[label] === value);
}

/** Finds labelled objects by selector without looking at all of them. */
export class LabelIndex {
  readonly #postings = new Postings();

  add(namespace: string, labels: Labels, key: string): void {
    for (const pair of Object.entries(labels)) this.#postings.add(posting(namespace, pair), key);
  }

  remove(namespace: string, labels: Labels, key: string): void {
    for (const pair of Object.entries(labels)) this.#postings.remove(posting(namespace, pair), key);
  }

  /** Keys that match at least the selector's rarest pair: few, and none that match is missing. */
  candidates(namespace: string, selector: Labels): Iterable<string> {
    let rarest: ReadonlySet<string> | undefined;
    for (const pair of Object.entries(selector)) {
      const set = this.#postings.get(posting(namespace, pair));
      if (set === undefined) return [];
      if (rarest === undefined || set.size < rarest.size) rarest = set;
    }
    return rarest ?? [];
  }
}

/** Finds the selectors that may match given labels: each is filed under its first pair. */
export class SelectorIndex {
  readonly #postings = new Postings();

  add(namespace: string, selector: Labels, key: string): void {
    for (const pair of Object.entries(selector).slice(0, 1))
      this.#postings.add(posting(namespace, pair), key);
  }

  remove(namespace: string, selector: Labels, key: string): void {
    for (const pair of Object.entries(selector).slice(0, 1))
      this.#postings.remove(posting(namespace, pair), key);
  }

  /** Keys whose first pair is among the labels; none that matches is missing. */
  candidates(namespace: string, labels: Labels): string[] {
    return Object.entries(labels).flatMap((pair) => [
      ...(this.#postings.get(posting(namespace, pair)) ?? []),
    ]);
  }
}
