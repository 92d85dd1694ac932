import { setTimeout as sleep } from "node:timers/promises";
import { deleteLink } from "#linux/netlink/route/link.ts";
import { openRoute } from "#linux/netlink/route/socket.ts";
import { FairleadError } from "#observe/errors.ts";
import { isEnding, supervisorsOf } from "./find.ts";
import { removeLabFolder } from "./folder.ts";
import { withLabLock } from "./lock.ts";
import { linkName } from "./plan.ts";

const pollMs = 10;
const longestMs = 20_000;

/**
 * Takes a lab away, whatever state it is in: its processes, with which its namespaces and mounts end, its link and its
 * folder. Says whether there was anything.
 * @throws FairleadError FL-M003 where another up or down is at work
 */
export async function takeDown(folder: string): Promise<boolean> {
  return withLabLock(folder, () => removeRemains(folder));
}

/**
 * takeDown() for one who has the lock. It looks again until there is nothing: a supervisor may be about to start whose
 * `up` was killed. Without the options, which go with the folder, it ends by itself; one that has read them is seen.
 */
export async function removeRemains(folder: string): Promise<boolean> {
  let wasThere = false;
  for (;;) {
    const killed = await killSupervisors(folder);
    const unlinked = deleteOwnLink(folder);
    const removed = removeLabFolder(folder, wasThere || killed);
    if (!killed && !unlinked && !removed) return wasThere;
    wasThere = true;
  }
}

/** Returns when they are gone: the kernel ends the first process of a pid namespace after all the others. */
async function killSupervisors(folder: string): Promise<boolean> {
  const killed = new Set<number>();
  for (const endMs = Date.now() + longestMs; ; await sleep(pollMs)) {
    const pids = supervisorsOf(folder);
    const left = [...pids, ...[...killed].filter(isEnding)];
    if (left.length === 0) return killed.size > 0;
    if (Date.now() > endMs)
      throw new FairleadError("FL-M003", `processes ${left.join(", ")} of the lab do not end`);
    for (const pid of pids) {
      killed.add(pid);
      kill(pid);
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** It goes with the lab's namespace, a moment later: this does not wait for that. */
function deleteOwnLink(folder: string): boolean {
  const route = openRoute();
  try {
    const link = route.link(linkName(folder));
    return link !== undefined && route.applyUnless(deleteLink(link.index), "ENODEV");
  } finally {
    route.close();
  }
}
