import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { decodeCall } from "../agent/server/frames.ts";
import type { Attachment } from "../contract.ts";
import { isObject } from "../json.ts";
import type { PendingDel } from "./contract.ts";
import { unlessGone } from "./unless-gone.ts";

/** DELs that no agent has done yet, and drafts of shims. */
export function surveyPending(folder: string): readonly PendingDel[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    return unlessGone((): readonly PendingDel[] => {
      const writtenMs = statSync(file).mtimeMs;
      if (/^\.\d+$/.test(name)) return [{ file, writtenMs, state: { kind: "draft" } }];
      return name.endsWith(".del") ? [{ file, writtenMs, state: read(file) }] : [];
    }, []);
  });
}

function read(file: string): PendingDel["state"] {
  try {
    const { stdin, env } = decodeCall(readFileSync(file));
    return { kind: "whole", owner: ownerOf(stdin, env) };
  } catch (error) {
    return { kind: "unreadable", why: error instanceof Error ? error.message : String(error) };
  }
}

function ownerOf(
  stdin: string,
  {
    CNI_CONTAINERID: containerId,
    CNI_IFNAME: ifname,
  }: Readonly<Record<string, string | undefined>>,
): Attachment | undefined {
  const network = nameIn(stdin);
  if (!network || !containerId || !ifname) return undefined;
  return { network, containerId, ifname };
}

function nameIn(text: string): string | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return isObject(document) && typeof document.name === "string" ? document.name : undefined;
  } catch {
    return undefined;
  }
}
