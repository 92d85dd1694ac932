import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type {
  Agent,
  HttpRequest,
  HttpResponse,
  Started,
  Topology,
} from "#test/topology/contract.ts";
import type { Manifest, ObjectWriter } from "./contract.ts";
import { apiServer, GATEWAY, serviceCidrs } from "./world.ts";

const fairlead = new URL("../../bin/fairlead", import.meta.url).pathname;

const CREATED = 201;

/** The API server as a process in the gateway's place, and its objects over HTTP from there. */
export interface Api extends ObjectWriter {
  readonly kubeconfig: string;
  readonly process: Started;
  /** One request as an administrator; `path` begins with a slash. */
  request(method: string, path: string, body?: object): Promise<HttpResponse>;
}

/** @param kubeconfig the file that it is to write */
export async function startApi(
  topology: Topology,
  kubeconfig: string,
  manifests?: string,
): Promise<Api> {
  const gateway = topology.place(GATEWAY);
  const process = gateway.start(fairlead, [
    ...["apiserver", "--listen", `${apiServer.address}:${apiServer.port}`],
    ...["--service-cluster-ip-range", serviceCidrs.join(), "--write-kubeconfig", kubeconfig],
    ...(manifests === undefined ? [] : ["--manifests", manifests]),
  ]);
  await saidServing(process);
  return { ...objectWriter(await gateway.agent(), credentials(kubeconfig)), kubeconfig, process };
}

async function saidServing(process: Started): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!process.output().includes("serving https://")) {
    if (!process.isRunning() || performance.now() > endMs)
      throw new Error(`the API server does not serve:\n${process.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Credentials = Pick<HttpRequest, "ca" | "certificate" | "key">;

function credentials(file: string): Credentials {
  const { clusters, users } = parse(readFileSync(file, "utf8"));
  const text = (base64: string): string => Buffer.from(base64, "base64").toString();
  return {
    ca: text(clusters[0].cluster["certificate-authority-data"]),
    certificate: text(users[0].user["client-certificate-data"]),
    key: text(users[0].user["client-key-data"]),
  };
}

function objectWriter(agent: Agent, given: Credentials): ObjectWriter & Pick<Api, "request"> {
  const send: Api["request"] = (method, path, body) =>
    agent.http({
      ...given,
      keepAlive: true,
      method,
      url: `https://${apiServer.address}:${apiServer.port}${path}`,
      timeoutMs: 20_000,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const request: Api["request"] = async (method, path, body) => {
    const response = await send(method, path, body);
    // The server has closed a connection that was long idle, just as it was used again.
    const isStale = response.kind === "failure" && response.reason === "reset";
    return isStale ? send(method, path, body) : response;
  };
  const insist = async (method: string, path: string, body?: object): Promise<void> => {
    const response = await request(method, path, body);
    if (response.kind === "response" && response.status < 300) return;
    const why = response.kind === "response" ? response.body : response.reason;
    throw new Error(`${method} ${path}: ${why}`);
  };
  return {
    request,
    async apply(...objects) {
      for (const object of objects) {
        const created = await request("POST", collectionOf(object), object);
        if (created.kind === "response" && created.status === CREATED) continue;
        await insist("PUT", pathOf(object), object);
        if (object.status !== undefined) await insist("PUT", `${pathOf(object)}/status`, object);
      }
    },
    async read(path) {
      const response = await request("GET", path);
      if (response.kind === "response" && response.status < 300) return JSON.parse(response.body);
      throw new Error(`GET ${path}: ${JSON.stringify(response)}`);
    },
    async remove(...objects) {
      for (const object of objects) {
        const response = await request("DELETE", pathOf(object));
        const isGone =
          response.kind === "response" && (response.status < 300 || response.status === 404);
        if (!isGone) throw new Error(`DELETE ${pathOf(object)}: ${JSON.stringify(response)}`);
      }
    },
  };
}

const plurals: Readonly<Record<string, string>> = {
  Service: "services",
  EndpointSlice: "endpointslices",
  Node: "nodes",
  ServiceCIDR: "servicecidrs",
};

function collectionOf({ apiVersion, kind, metadata: { namespace } }: Manifest): string {
  const group = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
  const within = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return `${group}${within}/${plurals[kind] ?? kind}`;
}

const pathOf = (object: Manifest): string => `${collectionOf(object)}/${object.metadata.name}`;
