import { ApiError } from "../../client/api-error.ts";
import type { KubeClient } from "../../client/contract.ts";
import type { Pod } from "../contract.ts";

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination: with grace 0 it is gone */
export async function deletePod(client: KubeClient, pod: Pod): Promise<void> {
  const { namespace, name, uid } = pod.metadata;
  for (;;) {
    try {
      await client.request("DELETE", `/api/v1/namespaces/${namespace}/pods/${name}`, {
        body: {
          apiVersion: "v1",
          kind: "DeleteOptions",
          gracePeriodSeconds: 0,
          preconditions: { uid },
        },
      });
      return;
    } catch (error) {
      // It is gone already, or another has its name.
      if (error instanceof ApiError && [404, 409].includes(error.httpCode)) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
