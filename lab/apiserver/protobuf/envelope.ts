import type { StructSchema } from "../schema/contract.ts";
import { decodeMessage } from "./decode.ts";
import { ProtobufProblem, readFields } from "./wire.ts";

export const protobufMediaType = "application/vnd.kubernetes.protobuf";

/** What an object's bytes begin with, before the message that says which kind follows. */
const magic = Buffer.from("k8s\0");

/**
 * Decodes an object as typed clients send it (runtime.Unknown around the kind's own message).
 * @throws ProtobufProblem
 */
export function decodeObject(bytes: Buffer, struct: StructSchema): Record<string, unknown> {
  if (!bytes.subarray(0, magic.length).equals(magic))
    throw new ProtobufProblem("it does not begin as an object of Kubernetes");
  const envelope = buffersIn(bytes.subarray(magic.length));
  const raw = envelope.get(2);
  if (raw === undefined) throw new ProtobufProblem("its envelope is empty");
  const names = buffersIn(envelope.get(1) ?? Buffer.alloc(0));
  const apiVersion = names.get(1)?.toString("utf8");
  const kind = names.get(2)?.toString("utf8");
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    ...decodeMessage(raw, struct),
  };
}

function buffersIn(bytes: Buffer): ReadonlyMap<number, Buffer> {
  return new Map(
    [...readFields(bytes)].flatMap(([number, value]) =>
      Buffer.isBuffer(value) ? [[number, value] as const] : [],
    ),
  );
}
