/**
 * Numbers of the fields of messages, by type: the fields in the order of their numbers, which count from 1.
 *
 *     "name 4:uid"     a number where some are skipped
 *     "*replicas"      zero means zero; elsewhere zero and empty text mean that the field is absent
 *     "@ProbeHandler"  the fields of that message are the outer type's own
 */
export type FieldNumbers = Readonly<Record<string, string>>;

export type NumberedField =
  | { readonly is: "field"; readonly name: string; readonly keepsZero: boolean }
  | { readonly is: "embedded"; readonly type: string };

/** The fields of one message by number. */
export function parseNumbers(notation: string): ReadonlyMap<number, NumberedField> {
  const fields = new Map<number, NumberedField>();
  let next = 1;
  for (const word of notation.split(" ")) {
    const [, number, mark, name] = /^(?:(\d+):)?([*@]?)(\w+)$/.exec(word) ?? [];
    if (name === undefined) throw new Error(`${JSON.stringify(word)} numbers no field`);
    if (number !== undefined) next = Number(number);
    const field: NumberedField =
      mark === "@"
        ? { is: "embedded", type: name }
        : { is: "field", name, keepsZero: mark === "*" };
    fields.set(next, field);
    next += 1;
  }
  return fields;
}
