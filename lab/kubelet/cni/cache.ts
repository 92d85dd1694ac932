import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseNetworkList } from "./configuration.ts";
import type { Attachment, CniResult, NetworkList } from "./contract.ts";

/** libcni's file of an attachment between ADD and DEL. */
interface CachedDocument {
  readonly kind: "cniCacheV1";
  readonly containerId: string;
  readonly config: string;
  readonly ifName: string;
  readonly networkName: string;
  readonly netns?: string;
  readonly cniArgs?: readonly (readonly [string, string])[];
  readonly capabilityArgs?: Readonly<Record<string, unknown>>;
  readonly result: CniResult;
}

export interface CachedAttachment {
  readonly list: NetworkList;
  readonly attachment: Attachment;
  readonly result: CniResult;
}

/** What was asked for and came of it, so that DEL can be asked for the same by whoever comes later. */
export class ResultCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  put({ list, attachment, result }: CachedAttachment): void {
    const document: CachedDocument = {
      kind: "cniCacheV1",
      containerId: attachment.containerId,
      config: Buffer.from(list.text).toString("base64"),
      ifName: attachment.ifname,
      networkName: list.name,
      netns: attachment.netns,
      cniArgs: attachment.args,
      capabilityArgs: attachment.capabilityArgs,
      result,
    };
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(this.#file(list, attachment), JSON.stringify(document), { mode: 0o600 });
  }

  /** Everything that has not been deleted; files that are none of the runtime's are passed over. */
  all(): readonly CachedAttachment[] {
    return names(this.#folder).flatMap((name) => {
      try {
        return [decode(JSON.parse(readFileSync(join(this.#folder, name), "utf8")))];
      } catch {
        return [];
      }
    });
  }

  of(containerId: string): readonly CachedAttachment[] {
    return this.all().filter(({ attachment }) => attachment.containerId === containerId);
  }

  delete({ list, attachment }: CachedAttachment): void {
    rmSync(this.#file(list, attachment), { force: true });
  }

  #file({ name }: NetworkList, { containerId, ifname }: Attachment): string {
    return join(this.#folder, `${name}-${containerId}-${ifname}`);
  }
}

function decode(document: CachedDocument): CachedAttachment {
  if (document.kind !== "cniCacheV1") throw new Error(`kind ${document.kind}`);
  const text = Buffer.from(document.config, "base64").toString("utf8");
  const { containerId, netns = "", ifName: ifname, cniArgs = [], capabilityArgs = {} } = document;
  return {
    list: parseNetworkList(text, "the cache"),
    attachment: { containerId, netns, ifname, args: cniArgs, capabilityArgs },
    result: document.result,
  };
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
