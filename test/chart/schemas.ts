import type { Manifest } from "./helm.ts";

/** A class that is made from the OpenAPI document of Kubernetes, or of the Prometheus operator. */
type Model = new (
  value: Manifest,
) => { /** @throws Error that lists each fault with its place */ validate(): void };

function moduleOf({ apiVersion, kind }: Manifest): string {
  const isOperator = apiVersion.startsWith("monitoring.coreos.com/");
  const source = isOperator ? "@kubernetes-models/prometheus-operator" : "kubernetes-models";
  return import.meta.resolve(`${source}/${apiVersion}/${kind}`);
}

/** What the OpenAPI schema of its kind has against a manifest. Unknown fields are for the API server to find. */
export async function schemaProblems(manifest: Manifest): Promise<readonly string[]> {
  const { kind, metadata } = manifest;
  const module: Readonly<Record<string, Model>> = await import(moduleOf(manifest));
  const Class = module[kind];
  if (Class === undefined) return [`${kind} ${metadata.name}: there is no such kind`];
  try {
    new Class(manifest).validate();
    return [];
  } catch (error) {
    return [`${kind} ${metadata.name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
