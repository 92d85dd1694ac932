import { CLONE_NEWNET, namespaceCalls, ownNamespace, succeed } from "./calls.ts";
import type { NetworkNamespace } from "./contract.ts";
import { openNamespace, withNamespace } from "./enter.ts";

/**
 * Makes a network namespace without a name: it lasts for as long as the handle is open or a process, a socket or
 * another handle is in it, so nothing is left of it when this process is killed.
 * @throws SystemCallError
 */
export function createAnonymousNamespace(): NetworkNamespace {
  const home = openNamespace(ownNamespace);
  try {
    // Entering where the thread already is, for the way back after unshare().
    return withNamespace(home, () => {
      succeed(namespaceCalls().unshare(CLONE_NEWNET), "unshare", "make a network namespace");
      return openNamespace(ownNamespace);
    });
  } finally {
    home.close();
  }
}
