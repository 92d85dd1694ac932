import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { ApiServer, ObjectReference } from "#lab/apiserver/contract.ts";
import { writeKubeconfig } from "#lab/apiserver/kubeconfig.ts";
import { createAuthority } from "#lab/apiserver/security/authority.ts";
import { createApiServer } from "#lab/apiserver/server.ts";
import { FairleadError } from "#observe/errors.ts";
import type { ClusterModel } from "../contract.ts";
import { slicedCluster, sliceName } from "../data/slices.ts";

/** What the program is told, as JSON in a file. */
export interface RelistServerOptions {
  readonly model: ClusterModel;
  readonly slicesPerService: number;
  /** Of the API, over TLS. */
  readonly port: number;
  /** Of the control, over plain HTTP. */
  readonly controlPort: number;
  /** Written once the API serves. */
  readonly kubeconfig: string;
}

/** An object of each kind that a DNS server watches. */
function witnesses(model: ClusterModel): readonly ObjectReference[] {
  const [service] = model.services;
  if (service === undefined) throw new FairleadError("FL-B001", "the model has no services");
  const { name, namespace } = service;
  return [
    { apiVersion: "v1", kind: "Namespace", name: namespace },
    { apiVersion: "v1", kind: "Service", name, namespace },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      name: sliceName(service, 0),
      namespace,
    },
  ];
}

/**
 * Ends every watch with 410: a change of each kind is forgotten before any watch has read it. Nothing that DNS shows
 * is changed.
 */
export function expireWatches(api: ApiServer, model: ClusterModel): void {
  for (const reference of witnesses(model)) {
    const held = api.objects.get(reference)?.object;
    if (held === undefined) throw new FairleadError("FL-B001", `there is no ${reference.name}`);
    const annotations = { touched: String(api.revision) };
    api.objects.replace({ ...held, metadata: { ...held.metadata, annotations } });
  }
  api.compact();
}

/** A TLS API server that holds the model, and a control: GET /expire makes every client list everything again. */
async function main(options: RelistServerOptions): Promise<void> {
  const authority = createAuthority();
  const api = createApiServer({ authority });
  for (const object of slicedCluster(options.model, options.slicesPerService))
    api.objects.create(object);
  await api.settled();
  await api.listen({ host: "127.0.0.1", port: options.port });
  await writeKubeconfig(options.kubeconfig, api.url, authority);
  const control = createServer((request, response) => {
    if (request.url === "/expire") expireWatches(api, options.model);
    response.end("ok");
  });
  control.listen(options.controlPort, "127.0.0.1");
  process.once("SIGTERM", () => process.exit(0));
}

if (import.meta.main) {
  // Written by the scenario that starts this program.
  const text = await readFile(process.argv[2] ?? "", "utf8");
  await main(JSON.parse(text) as RelistServerOptions);
}
