import type { CniNode } from "./contract.ts";

/** What rows send, and who answers. */

/** Addresses of a machine behind the node, and the node's own on the link to it. */
export const outside = {
  4: { node: "192.0.2.1", machine: "192.0.2.2" },
  6: { node: "2001:db8:99::1", machine: "2001:db8:99::2" },
} as const;

/** Makes the machine, a container called "outside". It knows the way to pods that come under their own addresses. */
export function addOutside(node: CniNode): void {
  const name = node.netnsOf("outside").replace("/run/netns/", "");
  const link = ["link", "add", "uplink", "type", "veth", "peer", "name", "eth9", "netns", name];
  node.run("ip", ...link);
  const sides = [
    [(...words: readonly string[]) => node.run("ip", ...words), "uplink", "node"],
    [(...words: readonly string[]) => node.runIn("outside", "ip", ...words), "eth9", "machine"],
  ] as const;
  for (const [ip, device, side] of sides) {
    ip("addr", "add", `${outside[4][side]}/24`, "dev", device);
    ip("addr", "add", `${outside[6][side]}/64`, "dev", device, "nodad");
    ip("link", "set", device, "up");
  }
  node.runIn("outside", "ip", "route", "add", "10.0.0.0/8", "via", outside[4].node);
  node.runIn("outside", "ip", "route", "add", "2001:db8:1::/64", "via", outside[6].node);
}

/** TCP from a container, or from the node: who answered and whom that one saw, or why nobody did. */
export async function connect(
  node: CniNode,
  from: string | undefined,
  address: string,
  port: number,
  timeoutMs = 1000,
): Promise<{ readonly server?: string; readonly source?: string; readonly reason?: string }> {
  const client = await node.agent(from);
  const [outcome] = await client.attempt({ transport: "tcp", address, port, timeoutMs });
  if (outcome?.kind === "answer") return { server: outcome.server, source: outcome.source };
  return { reason: outcome?.reason ?? "none" };
}

/** The name of who answered, or why nobody did. */
export async function reach(
  node: CniNode,
  from: string | undefined,
  address: string,
  port: number,
): Promise<string> {
  const { server, reason } = await connect(node, from, address, port);
  return server ?? reason ?? "";
}

/** A server in a container that says the container's name. */
export async function serve(node: CniNode, id: string, port = 80): Promise<void> {
  await (await node.agent(id)).serve({ transport: "tcp", name: id, port });
}
