import { encodeMessage } from "#dns/wire/encode.ts";
import { replyTo } from "#dns/wire/reply.ts";
import type { KubeObject } from "#lab/apiserver/contract.ts";
import type { Authority } from "#lab/apiserver/security/contract.ts";
import { createApiServer } from "#lab/apiserver/server.ts";
import type { Script } from "#test/upstream/script.ts";
import { type ScriptedUpstream, startUpstream } from "#test/upstream/server.ts";
import { records } from "#test/zone-text/zone-text.ts";
import { network } from "./network.ts";

const service = (name: string, spec: KubeObject["spec"]): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec,
});

const objects: readonly KubeObject[] = [
  service("web", {
    clusterIP: "10.96.7.7",
    ports: [{ name: "http", port: 80, protocol: "TCP" }],
  }),
  service("outside", { type: "ExternalName", externalName: "target.example.org" }),
];

const answers: Readonly<Record<string, string>> = {
  "www.example.org. 1": "www.example.org. 300 IN A 192.0.2.80",
  "target.example.org. 1": "target.example.org. 300 IN A 192.0.2.81",
  "9.9.9.10.in-addr.arpa. 12": "9.9.9.10.in-addr.arpa. 300 IN PTR nine.example.org.",
};

/** The node's resolver: three names, and NXDOMAIN for all others, the probe of `loop` among them. */
const resolver: Script = ({ message }) => {
  const [question] = message.questions;
  const found = answers[`${question?.name.toLowerCase()} ${question?.type}`];
  const parts = found === undefined ? { rcode: 3 } : { answers: records(found) };
  return [{ send: encodeMessage(replyTo(message, { recursionAvailable: true, ...parts })) }];
};

/** What the pod finds on its network. */
export interface Outside {
  readonly upstream: ScriptedUpstream;
  close(): Promise<void>;
}

/** The addresses must be there: the pod has been joined. */
export async function startOutside(authority: Authority): Promise<Outside> {
  const api = createApiServer({ authority });
  for (const object of objects) api.objects.create(object);
  await api.listen({ host: network.api, port: 443 });
  await api.settled();
  const upstream = await startUpstream(resolver, undefined, { host: network.upstream, port: 53 });
  return {
    upstream,
    close: async () => void (await Promise.all([api.close(), upstream.close()])),
  };
}
