import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeObject } from "#lab/apiserver/contract.ts";
import { fixture } from "#test/conformance/fixture.ts";

export interface ManifestDirectory {
  readonly path: string;
  /** Writes objects into a file of the directory, in place of what it held. */
  write(file: string, objects: readonly KubeObject[]): void;
  remove(): void;
}

/** A new directory with the cluster of the conformance suite as manifests, for `manifests DIR`. */
export function fixtureDirectory(): ManifestDirectory {
  const path = mkdtempSync(join(tmpdir(), "fairlead-manifests-"));
  const write = (file: string, objects: readonly KubeObject[]): void => {
    // JSON is YAML.
    const documents = objects.map((object) => JSON.stringify(object));
    writeFileSync(join(path, file), documents.join("\n---\n"));
  };
  write("cluster.yaml", fixture());
  return { path, write, remove: () => rmSync(path, { recursive: true }) };
}
