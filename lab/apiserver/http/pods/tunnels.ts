import type { Socket } from "node:net";
import type { PodObject } from "../../kinds/types.ts";
import type { Reader } from "../../rest/reader.ts";
import { badRequest } from "../../status.ts";
import type { Exchange } from "../exchange.ts";
import type { PartHandler } from "../part-handler.ts";
import type { NamedTarget } from "../route.ts";
import type { Upgrade } from "../upgrade.ts";
import type { Kubelets } from "./kubelets.ts";
import { containerOf } from "./place.ts";

/** Subresources that become a connection to the kubelet, and what it calls them. */
const kubeletPaths: Readonly<Record<string, string>> = {
  attach: "attach",
  exec: "exec",
  portforward: "portForward",
};

export const tunnelled: ReadonlySet<string> = new Set(Object.keys(kubeletPaths));

const spdyRefused =
  "SPDY is not spoken here, WebSocket is: use kubectl 1.31 or newer, or set KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true";

/** exec, attach and portforward: the client's upgraded connection and one to the kubelet, joined byte for byte. */
export class Tunnels implements PartHandler {
  readonly #reader: Pick<Reader, "get">;
  readonly #kubelets: Pick<Kubelets, "open">;

  constructor(reader: Pick<Reader, "get">, kubelets: Pick<Kubelets, "open">) {
    this.#reader = reader;
    this.#kubelets = kubelets;
  }

  /** Without an upgrade there is no tunnel. */
  handle(): Promise<never> {
    return Promise.reject(badRequest("Upgrade request required"));
  }

  /** @throws StatusError before anything was sent to the client */
  async open(upgrade: Upgrade, target: NamedTarget): Promise<void> {
    const { row, namespace, name, subresource = "" } = target;
    const pod = this.#reader.get(row, namespace, name).object as PodObject;
    const path = pathAt(upgrade, target, pod, kubeletPaths[subresource]);
    if (!/^websocket$/i.test(upgrade.header("upgrade") ?? "")) throw badRequest(spdyRefused);
    const kubelet = await this.#kubelets.open(pod, path, forwarded(upgrade));
    // A client that has gone in the meantime does not say so again.
    if (upgrade.socket.destroyed) kubelet.destroy();
    else join(upgrade, kubelet);
  }
}

function pathAt(
  { url }: Pick<Exchange, "url">,
  { namespace, name, subresource }: NamedTarget,
  pod: PodObject,
  verb: string,
): string {
  const { searchParams } = url;
  if (subresource === "portforward") return `/${verb}/${namespace}/${name}${url.search}`;
  const container = containerOf(pod, searchParams.get("container"));
  const query = new URLSearchParams();
  for (const command of searchParams.getAll("command")) query.append("command", command);
  for (const [ours, theirs] of [
    ["stdin", "input"],
    ["stdout", "output"],
    ["stderr", "error"],
    ["tty", "tty"],
  ]) {
    if (isSet(searchParams.get(ours))) query.set(theirs, "1");
  }
  return `/${verb}/${namespace}/${name}/${container}?${query}`;
}

function isSet(value: string | null): boolean {
  return value === "1" || value === "true";
}

/** What belongs to the handshake; who asks is this server's business. */
function forwarded(upgrade: Upgrade): Upgrade["headers"] {
  return upgrade.headers.filter(([name]) =>
    /^(connection|upgrade|sec-websocket-.*|user-agent)$/i.test(name),
  );
}

/** Each side's end and each side's failure reach the other. */
function join({ socket: client, head }: Upgrade, kubelet: Socket): void {
  client.on("error", () => kubelet.destroy());
  kubelet.on("error", () => client.destroy());
  client.once("close", () => kubelet.destroy());
  kubelet.once("close", () => client.destroySoon());
  kubelet.write(head);
  client.pipe(kubelet);
  kubelet.pipe(client);
}
