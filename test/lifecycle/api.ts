import { once } from "node:events";
import { createServer } from "node:http";
import { onTestFinished } from "vitest";
import { createApiServer } from "#lab/apiserver/server.ts";
import { fixture } from "#test/conformance/fixture.ts";

interface Api {
  close(): Promise<void>;
}

/** Takes every request and answers none, as an API server does whose store hangs. */
export async function hangingApi(port: number): Promise<Api> {
  const server = createServer(() => {}).listen(port, "127.0.0.1");
  await once(server, "listening");
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  onTestFinished(close);
  return { close };
}

/** The embedded API server with the conformance cluster in it. */
export async function clusterApi(port: number): Promise<Api> {
  const server = createApiServer({ serviceClusterIpRanges: ["10.0.0.0/16", "1234:abcd::/112"] });
  onTestFinished(() => server.close());
  // Namespaces go first: nothing can be created in one that is not there.
  const objects = Map.groupBy(fixture(), ({ kind }) => kind === "Namespace");
  for (const object of [...(objects.get(true) ?? []), ...(objects.get(false) ?? [])])
    server.objects.create(object);
  await server.listen({ host: "127.0.0.1", port });
  await server.settled();
  return server;
}
