import { once } from "node:events";
import { createServer, request } from "node:http";
import { createApiServer } from "#lab/apiserver/server.ts";
import { freePorts } from "#test/support/ports.ts";
import { fixture } from "../fixture.ts";

export interface ClusterApi {
  readonly url: string;
  close(): Promise<void>;
}

/** The embedded API server with the fixture in it. */
export async function startClusterApi(): Promise<ClusterApi> {
  const server = createApiServer({
    serviceClusterIpRanges: ["10.0.0.0/16", "1234:abcd::/112"],
  });
  // Namespaces go first: nothing can be created in one that is not there.
  const objects = Map.groupBy(fixture(), ({ kind }) => kind === "Namespace");
  for (const object of [...(objects.get(true) ?? []), ...(objects.get(false) ?? [])])
    server.objects.create(object);
  const [port = 0] = await freePorts(1);
  await server.listen({ host: "127.0.0.1", port });
  await server.settled();
  return server;
}

/**
 * Stands in front of an API server and never answers what is asked about one resource, as a server does whose store
 * is still slow.
 */
export async function withhold(api: ClusterApi, resource: string): Promise<ClusterApi> {
  const proxy = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "/";
    if (new URL(path, api.url).pathname.endsWith(`/${resource}`)) return;
    const { method, headers } = incoming;
    const forwarded = request(`${api.url}${path}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    outgoing.on("close", () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  const [port = 0] = await freePorts(1);
  proxy.listen(port, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      proxy.closeAllConnections();
      proxy.close();
      await api.close();
    },
  };
}
