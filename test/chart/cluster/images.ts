import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { findCoreDns } from "#test/support/capabilities.ts";
import type { Image } from "./contract.ts";

const root = join(import.meta.dirname, "../../..");
const bundle = join(root, "dist/bundle-test");

/** The last stage of deploy/Dockerfile, on this machine's Node and a bundle that is made now. */
export function buildFairleadImage(): Image {
  execFileSync(process.execPath, [join(root, "scripts/bundle.ts"), bundle], { stdio: "pipe" });
  const [, text = ""] =
    /^FROM scratch\nCOPY --from=root(.*)/ms.exec(
      readFileSync(join(root, "deploy/Dockerfile"), "utf8"),
    ) ?? [];
  const entrypoint: readonly string[] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(text)?.[1] ?? "[]");
  const [, path = ""] = /^ENV PATH=(\S+)/m.exec(text) ?? [];
  return {
    entrypoint,
    env: { PATH: path },
    files: { "/usr/local/bin/node": realpathSync(process.execPath), "/opt/fairlead": bundle },
  };
}

/** A real CoreDNS where the machine has one. */
export function findCoreDnsImage(): Image | undefined {
  const binary = findCoreDns();
  if (binary === undefined) return undefined;
  return { entrypoint: ["/coredns"], env: {}, files: { "/coredns": binary } };
}
