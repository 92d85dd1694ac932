import { isDeepStrictEqual } from "node:util";

/** A JSON Patch that cannot be applied; the message names the operation. */
export class PatchProblem extends Error {}

type Container = unknown[] | Record<string, unknown>;

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/**
 * Applies a JSON Patch (RFC 6902) to a copy of the document.
 * @throws PatchProblem when an operation is malformed, points nowhere, or its test fails.
 */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new PatchProblem("a JSON Patch is a list of operations");
  const root: Record<string, unknown> = { document: structuredClone(document) };
  for (const [index, operation] of patch.entries()) {
    if (!isOperation(operation)) throw new PatchProblem(`operation ${index} lacks op or path`);
    try {
      apply(root, operation);
    } catch (error) {
      if (!(error instanceof PatchProblem)) throw error;
      throw new PatchProblem(
        `operation ${index} (${operation.op} ${operation.path}): ${error.message}`,
      );
    }
  }
  return root.document;
}

function isOperation(value: unknown): value is Operation {
  if (typeof value !== "object" || value === null) return false;
  const { op, path } = value as Partial<Operation>;
  return typeof op === "string" && typeof path === "string";
}

function apply(root: Record<string, unknown>, operation: Operation): void {
  const { op, path } = operation;
  if (op === "add") add(root, path, structuredClone(operation.value));
  else if (op === "remove") remove(root, path);
  else if (op === "replace") replace(root, path, structuredClone(operation.value));
  else if (op === "move") add(root, path, remove(root, source(operation)));
  else if (op === "copy") add(root, path, structuredClone(look(root, source(operation))));
  else if (op === "test") test(root, path, operation.value);
  else throw new PatchProblem("op is none of add, remove, replace, move, copy, test");
}

function replace(root: Record<string, unknown>, pointer: string, value: unknown): void {
  remove(root, pointer);
  add(root, pointer, value);
}

function test(root: Record<string, unknown>, pointer: string, value: unknown): void {
  if (!isDeepStrictEqual(look(root, pointer), value)) throw new PatchProblem("the value differs");
}

function source({ from, path }: Operation): string {
  if (typeof from !== "string") throw new PatchProblem("from is missing");
  if (path.startsWith(`${from}/`)) throw new PatchProblem("a value cannot move into itself");
  return from;
}

/** RFC 6901: the last step of a pointer and the container that it is in. */
function locate(root: Record<string, unknown>, pointer: string): readonly [Container, string] {
  if (pointer !== "" && !pointer.startsWith("/")) throw new PatchProblem("a pointer begins with /");
  const steps = ["document", ...pointer.split("/").slice(1).map(unescapeStep)];
  let at: Container = root;
  for (const step of steps.slice(0, -1)) {
    const next = member(at, step);
    if (typeof next !== "object" || next === null)
      throw new PatchProblem("the path does not exist");
    at = next as Container;
  }
  return [at, steps[steps.length - 1]];
}

function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

function member(container: Container, step: string): unknown {
  if (Array.isArray(container)) return container[position(step, container.length - 1)];
  if (!Object.hasOwn(container, step)) throw new PatchProblem("the path does not exist");
  return container[step];
}

function position(step: string, highest: number): number {
  if (!/^(0|[1-9]\d*)$/.test(step)) throw new PatchProblem(`${step} is no list index`);
  if (Number(step) > highest) throw new PatchProblem("the list is shorter");
  return Number(step);
}

function look(root: Record<string, unknown>, pointer: string): unknown {
  return member(...locate(root, pointer));
}

function add(root: Record<string, unknown>, pointer: string, value: unknown): void {
  const [container, step] = locate(root, pointer);
  if (!Array.isArray(container)) setMember(container, step, value);
  else if (step === "-") container.push(value);
  else container.splice(position(step, container.length), 0, value);
}

/** Sets also a member named __proto__, which an assignment would take for the prototype. */
function setMember(container: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(container, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function remove(root: Record<string, unknown>, pointer: string): unknown {
  const [container, step] = locate(root, pointer);
  const value = member(container, step);
  if (Array.isArray(container)) container.splice(Number(step), 1);
  else delete container[step];
  return value;
}
