import type { KubeObject, Preconditions, ResourceRow } from "../contract.ts";
import { badRequest, conflict, forbidden, StatusError } from "../status.ts";
import type { Store } from "../store/store.ts";

/** @throws StatusError 400 when the object names another namespace than the request. */
export function checkNamespace(
  { metadata }: KubeObject,
  row: ResourceRow,
  namespace: string,
): void {
  const named = metadata.namespace ?? "";
  if (named === "" || (row.namespaced && named === namespace)) return;
  throw badRequest(
    row.namespaced
      ? "the namespace of the provided object does not match the namespace sent on the request"
      : `namespace is not allowed on ${row.kind}: it is not namespaced`,
  );
}

/** @throws StatusError 404 when there is no such namespace, 403 when it is going away. */
export function checkNamespaceExists(
  store: Store,
  row: ResourceRow,
  namespace: string,
  name: string,
): void {
  const found = store.collection("namespaces").get(namespace)?.object;
  if (found === undefined) {
    const details = { name: namespace, kind: "namespaces" };
    throw new StatusError(404, "NotFound", `namespaces "${namespace}" not found`, details);
  }
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(row, name, why, {
    reason: "NamespaceTerminating",
    message: `namespace ${namespace} is being terminated`,
    field: "metadata.namespace",
  });
}

/** @throws StatusError 409 when the object is another one, or another version, than the client thinks. */
export function checkPreconditions(
  row: ResourceRow,
  { metadata }: KubeObject,
  wanted: Preconditions,
): void {
  if (wanted.uid && wanted.uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${metadata.uid}`;
    throw conflict(row, metadata.name, why);
  }
  if (wanted.resourceVersion && wanted.resourceVersion !== metadata.resourceVersion) {
    const why =
      "the object has been modified; please apply your changes to the latest version and try again";
    throw conflict(row, metadata.name, why);
  }
}
