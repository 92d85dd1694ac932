import type { ResourceRow } from "../contract.ts";
import { apiVersionOf } from "../resources/table.ts";
import { StatusError } from "../status.ts";

/** What happens to fields that the kind lacks. They are dropped in any case. */
export type FieldValidation = "Ignore" | "Warn" | "Strict";

export interface WriteOptions {
  /** Goes through every check and stores nothing. */
  readonly dryRun?: boolean;
  /** Who writes, for metadata.managedFields. Without it the write leaves no trace there: the server's own. */
  readonly manager?: string;
  /** Default "Ignore". */
  readonly fieldValidation?: FieldValidation;
  /** Takes what the client should hear beside the answer. */
  readonly warn?: (message: string) => void;
}

/** @throws StatusError 400 for unknown fields under "Strict" */
export function reportUnknownFields(
  unknownFields: readonly string[],
  row: ResourceRow,
  { fieldValidation = "Ignore", warn }: WriteOptions,
): void {
  if (unknownFields.length === 0 || fieldValidation === "Ignore") return;
  const messages = unknownFields.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (fieldValidation === "Warn") {
    for (const message of messages) warn?.(message);
    return;
  }
  const { kind } = row;
  throw new StatusError(
    400,
    "BadRequest",
    `${kind} in version "${apiVersionOf(row)}" cannot be handled as a ${kind}: strict decoding error: ${messages.join(", ")}`,
  );
}
