import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixture } from "#test/conformance/fixture.ts";

/** A new directory with the cluster of the conformance suite as manifests, for `manifests DIR`. The caller removes it. */
export function fixtureDirectory(): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-manifests-"));
  // JSON is YAML.
  const documents = fixture().map((object) => JSON.stringify(object));
  writeFileSync(join(folder, "cluster.yaml"), documents.join("\n---\n"));
  return folder;
}
