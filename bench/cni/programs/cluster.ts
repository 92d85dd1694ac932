/** The API server of the nodes, in this process. */
import { createApiServer } from "#lab/apiserver/server.ts";
import { answerCalls } from "../../calls.ts";

interface Member {
  readonly name: string;
  readonly address: string;
  readonly podCidr: string;
}

/** Resolves to the port. */
async function serve({ members }: { readonly members: readonly Member[] }): Promise<number> {
  const api = createApiServer();
  for (const { name, address, podCidr } of members) {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name } };
    const addresses = [{ type: "InternalIP", address }];
    api.objects.create({ ...node, spec: { podCIDR: podCidr, podCIDRs: [podCidr] } });
    api.objects.replace({ ...node, status: { addresses } }, "status");
  }
  await api.settled();
  return (await api.listen({ host: "0.0.0.0", port: 0 })).port;
}

const calls = { serve };
export type ClusterCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
