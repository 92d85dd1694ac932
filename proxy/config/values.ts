import { type Field, type FieldPath, type FieldValue, fields, isFieldPath } from "./fields.ts";

type AnyField = Field<never> | Field<unknown>;

interface Given {
  readonly value: unknown;
  /** "proxy.yaml:12", "--cluster-cidr". */
  readonly where: string;
}

/** What was given for the fields, and the defaults behind it. */
export class Values {
  readonly #given = new Map<FieldPath, Given>();

  get<P extends FieldPath>(path: P): FieldValue<P> {
    const given = this.#given.get(path);
    return (given === undefined ? fields[path].initial : given.value) as FieldValue<P>; // as set()
  }

  /** An empty value where that means absence leaves the default. */
  set(path: FieldPath, value: unknown, where: string): void {
    if (fields[path].emptyIsAbsent && isEmpty(value)) this.#given.delete(path);
    else this.#given.set(path, { value, where });
  }

  /** Even where the value is empty, as flags can ask for it. */
  force(path: FieldPath, value: unknown, where: string): void {
    this.#given.set(path, { value, where });
  }

  isGiven(path: FieldPath): boolean {
    return this.#given.has(path);
  }

  /** Names the place a value comes from, for errors. */
  where(path: FieldPath): string {
    const given = this.#given.get(path);
    if (given === undefined) return path;
    return given.where.startsWith("--") ? given.where : `${given.where}: ${path}`;
  }

  /** One sentence for each field that was given a value of its own and has no effect. */
  notes(): readonly string[] {
    return [...this.#given].flatMap(([path, { value }]) => {
      const { unused, initial }: AnyField = fields[path];
      if (unused === undefined || asksForNothing(value) || isSame(value, initial)) return [];
      return [`${this.where(path)} has no effect: ${unused}`];
    });
  }

  /** All of it as a KubeProxyConfiguration. */
  document(): Readonly<Record<string, unknown>> {
    const document: Record<string, unknown> = {
      apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
      kind: "KubeProxyConfiguration",
    };
    for (const path of Object.keys(fields)) {
      if (!isFieldPath(path)) continue;
      const field: AnyField = fields[path];
      if (field.isOld) continue;
      const value = field.type.toYaml(this.get(path) as never); // of the field's own type
      const [section = "", name] = path.split(".");
      if (name === undefined) document[section] = value;
      else document[section] = { ...(document[section] as object | undefined), [name]: value };
    }
    return document;
  }
}

function isEmpty(value: unknown): boolean {
  if (value === "" || value === 0 || value === false) return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** kubeadm writes whole sections of nothing but zeros. */
function asksForNothing(value: unknown): boolean {
  if (isEmpty(value) || value === "0" || value === "0s" || value === null) return true;
  return typeof value === "object" && Object.values(value ?? {}).every(asksForNothing);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
