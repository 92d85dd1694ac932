/** The flags of commands for people that say which cluster is meant, as kubectl has them. */
import type { AccessOptions } from "#inspect/cluster-access.ts";
import type { GoFlag, GoFlagValues } from "./go-flags.ts";

export const accessFlags: readonly GoFlag[] = [
  { name: "kubeconfig", value: "FILE", help: "default $KUBECONFIG, then ~/.kube/config" },
  { name: "context", value: "NAME", help: "of the kubeconfig (default its current one)" },
];

export function accessOf(values: GoFlagValues): AccessOptions {
  return { kubeconfig: values.get("kubeconfig"), context: values.get("context") };
}
