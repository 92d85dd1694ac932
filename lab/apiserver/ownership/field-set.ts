/**
 * A set of fields as a tree. Steps are written as in FieldsV1 (structured-merge-diff): "f:name" for a member,
 * 'k:{"name":"web"}' for a list item by its keys, 'v:"a"' for an item of a set.
 */
export class FieldSet {
  static readonly empty: FieldSet = new FieldSet(false, new Map());
  static readonly leaf: FieldSet = new FieldSet(true, new Map());

  /** Whether the field itself belongs to the set, beside what is below it. */
  readonly isMember: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;

  private constructor(isMember: boolean, children: ReadonlyMap<string, FieldSet>) {
    this.isMember = isMember;
    this.children = children;
  }

  /** Children that are empty are left out. */
  static of(isMember: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
    const kept = new Map([...children].filter(([, child]) => !child.isEmpty));
    if (kept.size === 0) return isMember ? FieldSet.leaf : FieldSet.empty;
    return new FieldSet(isMember, kept);
  }

  get isEmpty(): boolean {
    return !this.isMember && this.children.size === 0;
  }

  child(step: string): FieldSet {
    return this.children.get(step) ?? FieldSet.empty;
  }

  union(other: FieldSet): FieldSet {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    const steps = new Set([...this.children.keys(), ...other.children.keys()]);
    return this.#combine(other, steps, (one, two) => one || two, "union");
  }

  intersection(other: FieldSet): FieldSet {
    return this.#combine(other, this.children.keys(), (one, two) => one && two, "intersection");
  }

  /** Takes out the very fields of the other set; what is below them stays. */
  difference(other: FieldSet): FieldSet {
    if (other.isEmpty) return this;
    return this.#combine(other, this.children.keys(), (one, two) => one && !two, "difference");
  }

  /** Takes out the fields of the other set's leaves with all that is below them. */
  without(other: FieldSet): FieldSet {
    if (other.isMember) return FieldSet.empty;
    if (other.children.size === 0) return this;
    return FieldSet.of(
      this.isMember,
      [...this.children].map(([step, child]) => [step, child.without(other.child(step))] as const),
    );
  }

  /** The steps to every member. */
  *paths(prefix: readonly string[] = []): Generator<readonly string[]> {
    if (this.isMember) yield prefix;
    for (const [step, child] of this.children) yield* child.paths([...prefix, step]);
  }

  equals(other: FieldSet): boolean {
    return (
      this.isMember === other.isMember &&
      this.children.size === other.children.size &&
      [...this.children].every(([step, child]) => child.equals(other.child(step)))
    );
  }

  #combine(
    other: FieldSet,
    steps: Iterable<string>,
    member: (one: boolean, two: boolean) => boolean,
    operation: "union" | "intersection" | "difference",
  ): FieldSet {
    return FieldSet.of(
      member(this.isMember, other.isMember),
      [...steps].map((step) => [step, this.child(step)[operation](other.child(step))] as const),
    );
  }
}
