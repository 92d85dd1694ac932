import type { KubeObject, ObjectApi } from "#lab/apiserver/contract.ts";
import { manifestsOf, render, type Values } from "../helm.ts";

/** Renders the chart and writes what came out, like `helm upgrade --install`; the Service is the cluster's own. */
export function install(objects: ObjectApi, values: Values): void {
  const text = render({ ...values, service: { create: false } });
  for (const manifest of manifestsOf(text)) {
    // YAML of a chart is objects of the API.
    const object = manifest as unknown as KubeObject;
    if (objects.get({ ...object, ...object.metadata }) === undefined) objects.create(object);
    else objects.replace(object);
  }
}
