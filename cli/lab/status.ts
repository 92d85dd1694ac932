import { createClient } from "#lab/client/client.ts";
import { connectionOf } from "#lab/client/kubeconfig.ts";
import { labStatus, notUp } from "#lab/machine/control/client.ts";
import { filesOf } from "#lab/machine/files.ts";
import { clusterStatus, type PodRow } from "#lab/machine/status.ts";
import type { CommandIo } from "../contract.ts";
import { paint } from "./paint.ts";
import { table } from "./table.ts";

/** Exit status 0 when everything is ready, 1 when something is not. */
export async function status(
  folder: string,
  format: "text" | "json",
  io: CommandIo,
): Promise<number> {
  const supervisor = await labStatus(folder);
  if (supervisor === undefined) throw notUp(folder);
  const client = createClient(connectionOf(filesOf(folder).kubeconfig));
  const cluster = await clusterStatus(client);
  client.close();
  const nodes = supervisor.nodes.map((node) => ({
    ...node,
    ready: cluster.readyNodes.has(node.name),
  }));
  const isWell =
    nodes.every(({ ready, state }) => ready && state === "running") &&
    cluster.pods.every(({ isWell }) => isWell);
  if (format === "json") {
    io.stdout.write(`${JSON.stringify({ ...supervisor, nodes, pods: cluster.pods }, null, 2)}\n`);
    return isWell ? 0 : 1;
  }
  const mark = (well: boolean, text: string): string => paint(io, well ? "green" : "red", text);
  const { apiServer, upSeconds, subnet, outside } = supervisor;
  const restarts = apiServer.restarts === 0 ? "" : ` (started ${apiServer.restarts + 1} times)`;
  io.stdout.write(
    `lab ${folder}, up for ${upSeconds} s, subnet ${subnet}, outside ${outside}
API server ${apiServer.url}${restarts}

${table([
  ["NODE", "ADDRESS", "STATE", "READY"],
  ...nodes.map(({ name, address, state, ready }) => [
    name,
    address,
    mark(state === "running", state),
    mark(ready, ready ? "yes" : "no"),
  ]),
])}
${table([["NAMESPACE", "POD", "READY", "STATUS", "IP", "NODE"], ...cluster.pods.map(podRow)])}`,
  );
  return isWell ? 0 : 1;

  function podRow({ namespace, name, ready, phase, ip, node, isWell }: PodRow): string[] {
    return [namespace, name, ready, mark(isWell, phase), ip, node];
  }
}
