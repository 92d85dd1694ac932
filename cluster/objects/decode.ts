import type { Kind, KindTypes } from "../contract.ts";
import { decodeEndpointSlice } from "./endpoint-slice.ts";
import { ObjectDecodeError } from "./errors.ts";
import { FieldError, Fields } from "./fields.ts";
import { decodeNamespace } from "./namespace.ts";
import { decodeNode } from "./node.ts";
import { decodePod } from "./pod.ts";
import type { Pool } from "./pool.ts";
import { decodeService } from "./service.ts";
import { decodeServiceCIDR } from "./service-cidr.ts";

type Decode<T> = (object: Fields, metadata: Fields, pool: Pool) => T;

const decoders: { readonly [K in Kind]: Decode<KindTypes[K]> } = {
  Service: decodeService,
  EndpointSlice: decodeEndpointSlice,
  Namespace: decodeNamespace,
  Pod: decodePod,
  Node: decodeNode,
  ServiceCIDR: decodeServiceCIDR,
};

/**
 * The slim object of parsed JSON (list item, watch event or manifest). Absent and null fields take the API's defaults;
 * what is no object of the kind throws ObjectDecodeError (FL-C002).
 */
export function decodeObject<K extends Kind>(kind: K, value: unknown, pool: Pool): KindTypes[K] {
  return named(kind, value, (object) => decoders[kind](object, metadataOf(object), pool));
}

/** Namespace and name alone, for deletions. */
export function decodeKey(kind: Kind, value: unknown): { namespace: string; name: string } {
  return named(kind, value, (object) => {
    const metadata = metadataOf(object);
    return { namespace: metadata.text("namespace") ?? "", name: metadata.requiredText("name") };
  });
}

function metadataOf(object: Fields): Fields {
  return object.child("metadata") ?? object.fail("metadata", "must not be empty");
}

function named<T>(kind: Kind, value: unknown, decode: (object: Fields) => T): T {
  try {
    return decode(Fields.of(value));
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new ObjectDecodeError(kind, keyForPeople(value), error.path, error.problem);
  }
}

/** Reads nothing with care: the object is known to be wrong somewhere. */
function keyForPeople(value: unknown): string {
  const { namespace, name } =
    (value as { metadata?: { namespace?: unknown; name?: unknown } } | null)?.metadata ?? {};
  if (typeof name !== "string") return "(without name)";
  return typeof namespace === "string" && namespace !== "" ? `${namespace}/${name}` : name;
}
