import type { NetlinkReply, NetlinkRequest } from "../contract.ts";
import { readAttributes } from "../reader.ts";
import { NetlinkWriter } from "../writer.ts";
import { NETNSA, RTGENMSG_BYTES, RTM_GETNSID } from "./abi.ts";

/** Asks by which number the socket's namespace knows another; read with readNamespaceId(). */
export function getNamespaceId(namespaceFd: number): NetlinkRequest {
  const writer = new NetlinkWriter().raw(Buffer.alloc(RTGENMSG_BYTES));
  return {
    operation: "read the number of a network namespace",
    type: RTM_GETNSID,
    flags: 0,
    body: writer.u32(NETNSA.FD, namespaceFd).finish(),
  };
}

/** Undefined where it has none: no link here has its other end there. */
export function readNamespaceId({ body }: Pick<NetlinkReply, "body">): number | undefined {
  let id: number | undefined;
  readAttributes(body, RTGENMSG_BYTES, (attribute) => {
    if (attribute.type === NETNSA.NSID) id = attribute.u32() | 0;
  });
  return id === undefined || id < 0 ? undefined : id;
}
