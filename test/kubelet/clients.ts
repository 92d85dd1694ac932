/** The administrator, as kubectl speaks for him. */
import { once } from "node:events";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { WebSocket } from "ws";
import type { Authority } from "#lab/apiserver/security/contract.ts";

export interface ExecOptions {
  readonly container?: string;
  readonly stdin?: string;
  readonly tty?: boolean;
  readonly size?: { readonly Width: number; readonly Height: number };
  /** Breaks off then; there is no status in that case. */
  readonly leaveWhen?: Promise<void>;
  /** "exec" when absent. */
  readonly verb?: "exec" | "attach";
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  /** meta/v1 Status of the error channel. */
  readonly status: { readonly status: string; readonly message?: string };
}

function credentials(authority: Authority) {
  const { certificate, key } = authority.issueClient({
    username: "admin",
    groups: ["system:masters"],
  });
  return { ca: authority.caCertificate, cert: certificate, key };
}

export async function read(url: string, authority: Authority, path: string): Promise<string> {
  const sent = request(new URL(path, url), { ...credentials(authority), agent: false });
  sent.end();
  const [response] = await once(sent, "response");
  return text(response);
}

/** @param pod URL of the pod */
export async function execute(
  pod: string,
  authority: Authority,
  command: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const { container, stdin, tty = false, size, verb = "exec", leaveWhen } = options;
  const query = new URLSearchParams({ stdout: "true", stderr: String(!tty) });
  for (const word of command) query.append("command", word);
  if (container !== undefined) query.set("container", container);
  if (stdin !== undefined) query.set("stdin", "true");
  if (tty) query.set("tty", "true");
  const url = `${pod.replace(/^http/, "ws")}/${verb}?${query}`;
  const socket = new WebSocket(url, ["v5.channel.k8s.io"], credentials(authority));
  const output = ["", "", "", ""];
  socket.on("message", (data: Buffer) => {
    output[data[0] ?? 0] += data.subarray(1).toString();
  });
  await once(socket, "open");
  if (size !== undefined)
    socket.send(Buffer.concat([Buffer.of(4), Buffer.from(JSON.stringify(size))]));
  if (stdin !== undefined) {
    socket.send(Buffer.concat([Buffer.of(0), Buffer.from(stdin)]));
    socket.send(Buffer.of(255, 0));
  }
  const closed = once(socket, "close");
  if (leaveWhen !== undefined) await leaveWhen.finally(() => socket.terminate());
  await closed;
  const [, stdout = "", stderr = "", status = ""] = output;
  return { stdout, stderr, status: JSON.parse(status || "{}") };
}
