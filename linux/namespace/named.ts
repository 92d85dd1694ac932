import { closeSync, mkdirSync, openSync, readdirSync, unlinkSync } from "node:fs";
import { constants } from "node:os";
import { SystemCallError } from "../errors.ts";
import { errno } from "../ffi.ts";
import {
  asSystemCallError,
  CLONE_NEWNET,
  MNT_DETACH,
  MS_BIND,
  MS_REC,
  MS_SHARED,
  namespaceCalls,
  ownNamespace,
  succeed,
} from "./calls.ts";
import { openNamespace, withNamespace } from "./enter.ts";

/** Where iproute2 keeps namespaces by name: `ip netns` and this folder see each other's. */
const namesFolder = "/run/netns";

/** Path of the namespace of that name. */
export function namespacePath(name: string): string {
  if (name === "" || name === "." || name === ".." || name.includes("/"))
    throw new SystemCallError({
      call: "open",
      errno: constants.errno.EINVAL,
      detail: `name a network namespace "${name}"`,
    });
  return `${namesFolder}/${name}`;
}

/**
 * Makes a network namespace that lasts until it is deleted, as `ip netns add` does. Gives its path.
 * @throws SystemCallError EEXIST when there is one of that name
 */
export function createNamespace(name: string): string {
  const path = namespacePath(name);
  shareFolder();
  const detail = `make the network namespace ${path}`;
  try {
    closeSync(openSync(path, "ax", 0o444));
  } catch (error) {
    throw asSystemCallError(error, "open", detail);
  }
  const home = openNamespace(ownNamespace);
  try {
    // Entering where the thread already is, for the way back after unshare().
    withNamespace(home, () => {
      const calls = namespaceCalls();
      succeed(calls.unshare(CLONE_NEWNET), "unshare", detail);
      succeed(calls.mount(ownNamespace, path, "none", MS_BIND, null), "mount", detail);
    });
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    home.close();
  }
  return path;
}

/**
 * Takes the name away; the namespace itself goes with the last process, socket or handle in it.
 * @throws SystemCallError ENOENT when there is none of that name
 */
export function deleteNamespace(name: string): void {
  const path = namespacePath(name);
  const detail = `delete the network namespace ${path}`;
  const { EINVAL } = constants.errno;
  if (namespaceCalls().umount2(path, MNT_DETACH) !== 0) {
    const error = errno();
    // EINVAL: a file that nothing is mounted on, left by one who failed halfway.
    if (error !== EINVAL) throw new SystemCallError({ call: "umount2", errno: error, detail });
  }
  try {
    unlinkSync(path);
  } catch (error) {
    throw asSystemCallError(error, "unlink", detail);
  }
}

/** Names of the namespaces that there are. */
export function namespaceNames(): readonly string[] {
  try {
    return readdirSync(namesFolder).sort();
  } catch {
    // Nobody has made one since boot.
    return [];
  }
}

/** Makes mounts below the folder appear in the mount namespaces of others, which otherwise keep a dead one alive. */
function shareFolder(): void {
  mkdirSync(namesFolder, { recursive: true, mode: 0o755 });
  const { mount } = namespaceCalls();
  const share = (): number => mount("none", namesFolder, "none", MS_SHARED | MS_REC, null);
  if (share() === 0) return;
  const detail = `share ${namesFolder} between mount namespaces`;
  // It is no mount point yet.
  succeed(mount(namesFolder, namesFolder, "none", MS_BIND | MS_REC, null), "mount", detail);
  succeed(share(), "mount", detail);
}
