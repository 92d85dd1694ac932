import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Attachment, LinkState } from "../../contract.ts";
import { compact, Fields } from "../../json.ts";
import type { LinkTuning } from "./options.ts";

/** How the link was before, in the reference plugin's file and keys, for DEL. */
export function writeBackup(
  dataDir: string,
  attachment: Attachment,
  state: LinkState,
  tuning: LinkTuning,
): void {
  mkdirSync(dataDir, { recursive: true });
  const before = {
    ...(tuning.mac !== undefined && { mac: state.mac }),
    ...(tuning.mtu !== undefined && { mtu: state.mtu }),
    ...(tuning.promiscuous !== undefined && { promisc: state.promiscuous }),
    ...(tuning.allMulticast !== undefined && { allmulti: state.allMulticast }),
    ...(tuning.txQueueLength !== undefined && { txQLen: state.txQueueLength }),
  };
  writeFileSync(pathOf(dataDir, attachment), JSON.stringify(before), { mode: 0o600 });
}

/** Undefined where there is none, or none that can be read: then there is nothing to restore. */
export function readBackup(dataDir: string, attachment: Attachment): LinkTuning | undefined {
  try {
    const fields = new Fields(JSON.parse(readFileSync(pathOf(dataDir, attachment), "utf8")));
    return compact<LinkTuning>({
      mac: fields.text("mac") || undefined,
      mtu: fields.integer("mtu") || undefined,
      promiscuous: fields.flag("promisc"),
      allMulticast: fields.flag("allmulti"),
      txQueueLength: fields.integer("txQLen"),
    });
  } catch {
    return undefined;
  }
}

export function removeBackup(dataDir: string, attachment: Attachment): void {
  rmSync(pathOf(dataDir, attachment), { force: true });
}

function pathOf(dataDir: string, { containerId, ifname }: Attachment): string {
  return join(dataDir, `${containerId}_${ifname}.json`);
}
