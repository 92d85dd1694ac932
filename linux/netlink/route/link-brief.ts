import { constants } from "node:os";
import { SystemCallError } from "../../errors.ts";
import { errno, loadFunctions } from "../../ffi.ts";
import { IFF_RUNNING } from "./abi.ts";
import type { LinkBrief } from "./contract.ts";

/** include/uapi/linux/sockios.h. */
const SIOCGIFFLAGS = 0x8913;
const SIOCGIFMTU = 0x8921;
const SIOCGIFINDEX = 0x8933;

/** struct ifreq: the name, and what is asked for behind it. */
const IFREQ_BYTES = 40;
const IFNAMSIZ = 16;

interface Calls {
  ioctl(fd: number, request: number, ifreq: Uint8Array): number;
}

let calls: Calls | undefined;
const ifreq = Buffer.alloc(IFREQ_BYTES);

/**
 * Asks by netdevice(7), over any socket of the namespace. The kernel looks a name up without the lock under which links
 * are made and deleted, for which a request over netlink has to wait.
 * @throws SystemCallError
 */
export function readLinkBrief(fd: number, name: string): LinkBrief | undefined {
  calls ??= loadFunctions<Calls>({ ioctl: "int ioctl(int, unsigned long, void *)" });
  const { ioctl } = calls;
  if (Buffer.byteLength(name) >= IFNAMSIZ) return undefined;
  ifreq.fill(0);
  ifreq.write(name);
  /** False where there is no such link, or no more. */
  const ask = (request: number): boolean => {
    if (ioctl(fd, request, ifreq) === 0) return true;
    const error = errno();
    if (error === constants.errno.ENODEV) return false;
    throw new SystemCallError({ call: "ioctl", errno: error, detail: `look for the link ${name}` });
  };
  if (!ask(SIOCGIFINDEX)) return undefined;
  const index = ifreq.readInt32LE(IFNAMSIZ);
  if (!ask(SIOCGIFMTU)) return undefined;
  const mtuBytes = ifreq.readInt32LE(IFNAMSIZ);
  if (!ask(SIOCGIFFLAGS)) return undefined;
  const isRunning = (ifreq.readUInt16LE(IFNAMSIZ) & IFF_RUNNING) !== 0;
  return { index, mtuBytes, isRunning };
}
