import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import type { KubeletOptions } from "../contract.ts";
import { allContainers } from "../pods/containers-of.ts";
import type { PodManager } from "../pods/manager.ts";
import { protocols } from "./channels.ts";
import { serveLogs } from "./logs.ts";
import { portForward, portForwardProtocol } from "./port-forward.ts";
import { attach, runCommand } from "./run-command.ts";

/** The kubelet's HTTP server: logs, commands in containers, and what runs here. */
export async function serveKubelet(
  { addresses, port, token }: KubeletOptions,
  pods: PodManager,
  logFolder: string,
): Promise<void> {
  const server = createServer((request, response) => {
    if (!isAllowed(request, token)) send(response, 401, "Unauthorized\n");
    else answer(urlOf(request), response, pods, logFolder);
  });
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((one) => offered.has(one)) ?? false,
  });
  // Its name has a slash, which no protocol's name may have: it goes past the library that says so.
  sockets.on("headers", (headers, request) => {
    if (isPortForward(request)) headers.push(`Sec-WebSocket-Protocol: ${portForwardProtocol}`);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const open = isAllowed(request, token) ? streamOf(urlOf(request), pods) : "401 Unauthorized";
    if (isPortForward(request)) delete request.headers["sec-websocket-protocol"];
    if (typeof open === "string") refuse(socket, open);
    else sockets.handleUpgrade(request, socket, head, open);
  });
  server.listen(port, addresses[0]);
  await once(server, "listening");
}

function answer(url: URL, response: ServerResponse, pods: PodManager, logFolder: string): void {
  const [kind, namespace = "", name = "", container = ""] = url.pathname.slice(1).split("/");
  if (kind === "healthz") send(response, 200, "ok");
  else if (kind === "pods") {
    const list = { apiVersion: "v1", kind: "PodList", metadata: {}, items: pods.all() };
    send(response, 200, JSON.stringify(list), "application/json");
  } else if (kind === "containerLogs") {
    const isRunning = (): boolean => pods.get(namespace, name)?.isUnderWay(container) ?? false;
    const source = { logFolder, namespace, pod: name, container, isRunning };
    void serveLogs(response, source, url.searchParams);
  } else if (kind === "checkNetwork") void checkNetwork(response, pods, namespace, name);
  else {
    const paths =
      "/healthz, /pods, /checkNetwork, /containerLogs, and for WebSockets /exec, /attach and /portForward";
    send(response, 404, `there is ${paths}\n`);
  }
}

/** CHECK of the pod's attachment: "ok", or in the plugin's words what is not as ADD left it. */
async function checkNetwork(
  response: ServerResponse,
  pods: PodManager,
  namespace: string,
  name: string,
): Promise<void> {
  try {
    await pods.get(namespace, name)?.checkNetwork();
    send(response, 200, "ok");
  } catch (error) {
    send(response, 500, `${error instanceof Error ? error.message : error}\n`);
  }
}

type Open = Parameters<WebSocketServer["handleUpgrade"]>[3];

/** What serves an upgraded connection, or the status that refuses it. */
function streamOf({ pathname, searchParams }: URL, pods: PodManager): Open | string {
  const [kind, namespace = "", name = "", wanted = ""] = pathname.slice(1).split("/");
  const worker = pods.get(namespace, name);
  const running = worker?.runs.get(wanted)?.running;
  if (kind === "portForward" && worker !== undefined)
    return (socket) => portForward(socket, name, worker.netns);
  if (kind !== "exec" && kind !== "attach") return "404 Not Found";
  if (worker === undefined || running === undefined) return "404 container not found";
  const container = allContainers(worker.pod.spec).find((one) => one.name === wanted);
  return (socket) => {
    if (kind === "exec") runCommand(socket, running, searchParams);
    else attach(socket, running, searchParams, container?.stdinOnce ?? false);
  };
}

function refuse(socket: Socket, status: string): void {
  socket.on("error", () => socket.destroy());
  const body = `${status.slice(4)}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function isPortForward({ url = "/" }: IncomingMessage): boolean {
  return url.startsWith("/portForward/");
}

function urlOf({ url = "/" }: IncomingMessage): URL {
  return new URL(url, "http://kubelet");
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
