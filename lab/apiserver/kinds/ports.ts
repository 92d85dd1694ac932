import type { FieldProblem } from "../status.ts";
import { invalidValue, oneOf, required } from "./problems.ts";

const protocols = ["SCTP", "TCP", "UDP"];
const portName = /^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

export function portNumberProblems(field: string, port: number | undefined): FieldProblem[] {
  if (port === undefined) return [required(field)];
  if (port >= 1 && port <= 65_535) return [];
  return [invalidValue(field, port, "must be between 1 and 65535, inclusive")];
}

export function protocolProblems(field: string, protocol: string | undefined): FieldProblem[] {
  return oneOf(field, protocol, protocols);
}

/** The name of a container's port, by which Services refer to it (RFC 6335 section 5.1). */
export function portNameProblems(field: string, name: string | undefined): FieldProblem[] {
  if (name === undefined || (name.length <= 15 && portName.test(name))) return [];
  return [
    invalidValue(
      field,
      name,
      "must be at most 15 lower case letters, digits and single '-', with at least one letter",
    ),
  ];
}

/** A number or the name of a container's port. */
export function targetPortProblems(
  field: string,
  target: number | string | undefined,
): FieldProblem[] {
  if (target === undefined) return [];
  return typeof target === "number"
    ? portNumberProblems(field, target)
    : portNameProblems(field, target);
}
