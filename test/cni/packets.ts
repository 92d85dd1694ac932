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
  timeoutMs = 10_000,
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
  timeoutMs?: number,
): Promise<string> {
  const { server, reason } = await connect(node, from, address, port, timeoutMs);
  return server ?? reason ?? "";
}

/** The same where silence is expected, which has to be waited for. */
export const silence = (node: CniNode, from: string, address: string): Promise<string> =>
  reach(node, from, address, 80, 1000);

/** A server in a container that says the container's name. */
export async function serve(node: CniNode, id: string, port = 80): Promise<void> {
  await (await node.agent(id)).serve({ transport: "tcp", name: id, port });
}

/** Octets there and back over one TCP connection to a server of serve(): "same", or how far it got. */
export function transfer(node: CniNode, from: string, address: string, sizeBytes: number): string {
  return node.runIn(from, process.execPath, "-e", transferClient(80), address, `${sizeBytes}`);
}

/** One datagram with this many octets of payload to a UDP server on port 80: "answer", or what came instead. */
export function datagram(node: CniNode, from: string, address: string, sizeBytes: number): string {
  return node.runIn(from, process.execPath, "-e", datagramClient(80), address, `${sizeBytes}`);
}

/** Arguments: address, size. The kernel sends it with DF where the path is known to take it, else in fragments. */
export const datagramClient = (port: number): string => `
const { isIPv6 } = require("node:net");
const [, address, size] = process.argv;
const socket = require("node:dgram").createSocket(isIPv6(address) ? "udp6" : "udp4");
const end = (word) => { process.stdout.write(word); socket.close(); clearTimeout(timer); };
const timer = setTimeout(() => end("silence"), 10_000);
socket.on("message", () => end("answer"));
socket.on("error", () => end("error"));
socket.send(Buffer.alloc(Number(size)), ${port}, address, (error) => error && end(error.code));
`;

/** Arguments: address, size. The server greets, and then gives back what it is sent. */
export const transferClient = (port: number): string => `
const [, address, size] = process.argv;
const sent = require("node:crypto").randomBytes(Number(size));
const socket = require("node:net").connect(${port}, address, () => socket.write(sent));
let got = Buffer.alloc(0);
const end = (word) => { process.stdout.write(word); socket.destroy(); clearTimeout(timer); };
const timer = setTimeout(() => end(\`\${got.length} octets\`), 20_000);
socket.on("error", (error) => end(error.code));
socket.on("data", (chunk) => {
  got = Buffer.concat([got, chunk]);
  if (got.subarray(-sent.length).equals(sent)) end("same");
});
`;

/** How many fragments a container has made of its packets, of either family. */
export function fragments(node: CniNode, id: string): number {
  const texts = ["/proc/net/snmp", "/proc/net/snmp6"].map((file) => node.runIn(id, "cat", file));
  const [four = "", six = ""] = texts;
  const [names = "", values = ""] = four.split("\n").filter((line) => line.startsWith("Ip:"));
  const at = names.split(" ").indexOf("FragCreates");
  const [, made = "0"] = /^Ip6FragCreates\s+(\d+)/m.exec(six) ?? [];
  return Number(values.split(" ")[at]) + Number(made);
}
