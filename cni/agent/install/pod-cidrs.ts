import { type ConnectionOptions, connect } from "#cluster/api/connect.ts";
import { FairleadError } from "#observe/errors.ts";
import { Fields } from "../../json.ts";
import { networkOf } from "../routes/nodes.ts";

const idleTimeoutMs = 10_000;

/**
 * The podCIDRs that the API server has for a node.
 * @throws FairleadError FL-U001 when the Node has none, or another where the API server cannot be asked
 */
export async function podCidrsOf(
  nodeName: string,
  connection: ConnectionOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const client = await connect(connection);
  try {
    const path = `/api/v1/nodes/${encodeURIComponent(nodeName)}`;
    const node = await client.getJson(path, { signal, idleTimeoutMs });
    const texts = new Fields(node).child("spec")?.texts("podCIDRs") ?? [];
    const networks = texts.map(networkOf).filter((network) => network !== undefined);
    if (networks.length > 0) return networks;
    throw new FairleadError("FL-U001", `Node ${nodeName} has no podCIDR: -pod-cidr names one`);
  } finally {
    client.close();
  }
}
