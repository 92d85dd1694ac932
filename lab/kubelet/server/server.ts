import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { KubeletOptions } from "../contract.ts";
import type { PodManager } from "../pods/manager.ts";
import { serveLogs } from "./logs.ts";

/** The kubelet's HTTP server: logs, commands in containers, and what runs here. */
export async function serveKubelet(
  { addresses, port, token }: KubeletOptions,
  pods: PodManager,
  logFolder: string,
): Promise<void> {
  const server = createServer((request, response) => {
    if (!isAllowed(request, token)) return send(response, 401, "Unauthorized\n");
    const url = new URL(request.url ?? "/", "http://kubelet");
    const [kind, ...rest] = url.pathname.slice(1).split("/");
    if (kind === "healthz") return send(response, 200, "ok");
    if (kind === "pods") {
      const list = { apiVersion: "v1", kind: "PodList", metadata: {}, items: pods.all() };
      return send(response, 200, JSON.stringify(list), "application/json");
    }
    if (kind === "containerLogs") {
      const [namespace = "", name = "", container = ""] = rest;
      const pod = pods.get(namespace, name)?.pod;
      if (pod === undefined) return send(response, 404, `pod "${name}" is not on this node\n`);
      return void serveLogs(response, pod, container, url.searchParams, logFolder);
    }
    send(response, 404, "there is /healthz, /pods, /containerLogs, /exec, /attach\n");
  });
  server.listen(port, addresses[0]);
  await once(server, "listening");
}

function isAllowed({ headers }: IncomingMessage, token: string): boolean {
  return headers.authorization === `Bearer ${token}`;
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  contentType = "text/plain; charset=utf-8",
): void {
  response.writeHead(status, { "content-type": contentType });
  response.end(body);
}
