import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { get } from "node:https";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import type { ApiServer, KubeObject } from "#lab/apiserver/contract.ts";
import type { Authority } from "#lab/apiserver/security/contract.ts";

export const kubeletToken = "of-the-kubelets";

/**
 * What stands for the kubelets of all nodes: Pods that are bound are ready at once, or end well if they are not to be
 * started again, and go at once. Its server, which is real HTTP and WebSocket, answers with what it was asked.
 */
export class Kubelet {
  readonly #server = createServer((request, response) => {
    const isKnown = request.headers.authorization === `Bearer ${kubeletToken}`;
    response.statusCode = isKnown ? 200 : 401;
    if (request.url?.includes("previous=true")) response.statusCode = 400;
    response.end(`asked for ${request.url}\n`);
  });
  readonly #stop = new AbortController();

  /** The port that it listens on, on loopback. */
  async listen(): Promise<number> {
    this.#server.on("upgrade", speak);
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Runs the Pods of the server from now on. */
  async run(server: ApiServer, authority: Authority): Promise<void> {
    const token = authority.issueToken({ namespace: "kube-system", name: "default" });
    const watch = get(`${server.url}/api/v1/pods?watch=true`, {
      ca: authority.caCertificate,
      headers: { authorization: `Bearer ${token}` },
      signal: this.#stop.signal,
    });
    watch.on("error", () => undefined);
    const [response] = await once(watch, "response");
    const lines = createInterface({ input: response });
    lines.on("error", () => undefined);
    lines.on("line", (line) => {
      const { type, object } = JSON.parse(line);
      if (type !== "DELETED") serve(server, object);
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

let started = 0;

function serve({ objects }: ApiServer, { apiVersion, kind, metadata }: KubeObject): void {
  const pod = objects.get({ apiVersion, kind, ...metadata })?.object;
  const { nodeName, restartPolicy, containers } = (pod?.spec ?? {}) as {
    nodeName?: string;
    restartPolicy: string;
    containers: { name: string; image: string }[];
  };
  if (pod === undefined || !nodeName) return;
  if (pod.metadata.deletionTimestamp !== undefined) {
    objects.delete({ apiVersion, kind, ...metadata }, { gracePeriodSeconds: 0 });
    return;
  }
  const { phase, conditions } = pod.status as { phase: string; conditions: object[] };
  if (phase !== "Pending") return;
  if (restartPolicy === "Never") {
    objects.replace({ ...pod, status: { phase: "Succeeded", conditions } }, "status");
    return;
  }
  started += 1;
  const startedAt = new Date().toISOString();
  const ready = { type: "Ready", status: "True", lastTransitionTime: startedAt };
  const containerStatuses = containers.map(({ name, image }) => ({
    name,
    image,
    imageID: "",
    ready: true,
    restartCount: 0,
    state: { running: { startedAt } },
  }));
  const podIPs = [{ ip: `10.244.0.${started % 250}` }];
  const status = {
    phase: "Running",
    podIPs,
    conditions: [...conditions, ready],
    containerStatuses,
  };
  objects.replace({ ...pod, status }, "status");
}

/** RFC 6455 for one connection: says what was asked on channel 1, success on channel 3, and closes. */
function speak(request: IncomingMessage, socket: Duplex): void {
  const { "sec-websocket-key": key, authorization } = request.headers;
  const accept = createHash("sha1")
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
  const protocol = request.headers["sec-websocket-protocol"]?.split(",")[0];
  const known = authorization === `Bearer ${kubeletToken}`;
  socket.write(
    [
      `HTTP/1.1 ${known ? "101 Switching Protocols" : "401 Unauthorized"}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${accept}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
      "\r\n",
    ].join("\r\n"),
  );
  socket.on("error", () => socket.destroy());
  socket.on("data", () => undefined);
  socket.write(frame(2, `\u0001${request.url}\n`));
  socket.write(frame(2, `\u0003${JSON.stringify({ metadata: {}, status: "Success" })}`));
  socket.end(frame(8, "\u0003\u00e8"));
}

/** One unmasked frame with less than 64 kB. */
function frame(opcode: number, text: string): Buffer {
  const body = Buffer.from(text, "latin1");
  const length = body.length < 126 ? [body.length] : [126, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length]), body]);
}
