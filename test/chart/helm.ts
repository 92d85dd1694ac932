import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { findHelm } from "#test/support/layer.ts";

export const chart = join(import.meta.dirname, "../../charts/fairlead-dns");

/** A manifest as it was rendered. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Values as people write them into a file; helm reads JSON as YAML. */
export type Values = Readonly<Record<string, unknown>>;

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Runs helm without any of the user's own configuration. @throws Error where there is no helm */
function helm(args: readonly string[], values: Values): Outcome {
  const command = findHelm();
  if (command === undefined) throw new Error("the suite asks for helm first");
  const { stdout, stderr, status } = spawnSync(command, [...args, "--values", "-"], {
    input: JSON.stringify(values),
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: "/nonexistent" },
  });
  return { stdout, stderr, status };
}

export function lint(values: Values): Outcome {
  return helm(["lint", "--strict", chart], values);
}

export function template(values: Values): Outcome {
  return helm(["template", "fairlead-dns", chart, "--namespace", "kube-system"], values);
}

/** What `helm template` prints. @throws Error with its complaint */
export function render(values: Values): string {
  const { stdout, stderr, status } = template(values);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

export function manifestsOf(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .map((document): unknown => document.toJS())
    .filter((value): value is Manifest => value !== null);
}

/** The one manifest of a kind. @throws Error where there is none, or more than one */
export function onlyOne<T extends Manifest>(manifests: readonly Manifest[], kind: string): T {
  const [found, another] = manifests.filter((manifest) => manifest.kind === kind);
  if (found === undefined || another !== undefined)
    throw new Error(`not exactly one ${kind} was rendered`);
  // The caller says what the fields of the kind are.
  return found as T;
}
