import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { flushCompileCache } from "node:module";
import type { Logger } from "#observe/contract.ts";
import { FairleadError } from "#observe/errors.ts";
import type { ApiServer, ClusterOptions, ListenAddress } from "./contract.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { applyManifests } from "./manifests/apply.ts";
import { parseManifests } from "./manifests/parse.ts";
import { readManifestDirectory } from "./manifests/read-directory.ts";
import { createAuthority } from "./security/authority.ts";
import type { Authority } from "./security/contract.ts";
import { secretsIn } from "./security/secrets-directory.ts";
import { writeServiceAccount } from "./security/service-account-directory.ts";
import { createApiServer } from "./server.ts";

export interface RunOptions {
  readonly address: ListenAddress;
  readonly serviceClusterIpRanges: readonly string[];
  /** Directory whose manifests are applied before anyone is served. */
  readonly manifests?: string;
  /** File to write a kubeconfig to. */
  readonly kubeconfig?: string;
  /** File that keeps the objects over restarts. */
  readonly storeFile?: string;
  /** With it nodes run what the objects ask for. */
  readonly cluster?: RunClusterOptions;
  /** Undefined serves plain HTTP to anyone. */
  readonly tls: TlsOptions | undefined;
}

/** The cluster's options, with the kubelets' token in a file. */
export interface RunClusterOptions extends Omit<ClusterOptions, "kubelet"> {
  readonly kubelet?: { readonly port: number; readonly tokenFile: string };
}

export interface TlsOptions {
  /** Directory that keeps the authority over restarts; without it each start is a new one. */
  readonly certificates?: string;
  /** Directory to write a service account's token and CA to. */
  readonly serviceAccount?: string;
}

/**
 * Serves until the signal aborts; `say` gets one line once clients are served.
 * @throws FairleadError FL-A001 for flags, addresses and certificates, FL-C003 for manifests
 */
export async function runApiServer(
  options: RunOptions,
  say: (line: string) => void,
  stop: AbortSignal,
  logger: Logger,
): Promise<void> {
  const { tls, storeFile } = options;
  const authority = tls === undefined ? undefined : await authorityOf(tls);
  const server = createApiServer({
    serviceClusterIpRanges: options.serviceClusterIpRanges,
    logger,
    ...(authority === undefined ? {} : { authority }),
    ...(storeFile === undefined ? {} : { storeFile }),
    ...(options.cluster === undefined ? {} : { cluster: await clusterOf(options.cluster) }),
  });
  try {
    const count =
      options.manifests === undefined ? 0 : await loadManifests(server, options.manifests);
    await server.listen(options.address);
    if (options.kubeconfig !== undefined)
      await writeKubeconfig(options.kubeconfig, server.url, authority);
    if (authority !== undefined && tls?.serviceAccount !== undefined)
      await writeServiceAccount(tls.serviceAccount, authority);
    say(
      `fairlead apiserver: serving ${server.url}${count === 0 ? "" : ` with ${count} objects from ${options.manifests}`}`,
    );
    // The lab kills it, and what a process has compiled is else written when it ends by itself.
    if (options.cluster !== undefined) flushCompileCache();
    if (!stop.aborted) await once(stop, "abort");
  } finally {
    await server.close();
  }
}

async function authorityOf({ certificates }: TlsOptions): Promise<Authority> {
  return createAuthority(certificates === undefined ? undefined : await secretsIn(certificates));
}

async function clusterOf({ kubelet, ...cluster }: RunClusterOptions): Promise<ClusterOptions> {
  if (kubelet === undefined) return cluster;
  const { port, tokenFile } = kubelet;
  return { ...cluster, kubelet: { port, token: await tokenIn(tokenFile) } };
}

async function tokenIn(file: string): Promise<string> {
  try {
    const token = (await readFile(file, "utf8")).trim();
    if (token !== "") return token;
  } catch (error) {
    throw new FairleadError("FL-A001", `the kubelets' token cannot be read: ${file}`, {
      cause: error,
    });
  }
  throw new FairleadError("FL-A001", `the kubelets' token is missing: ${file} is empty`);
}

/** Applies a directory and waits for what the controllers make of it. The answer is the number of objects. */
async function loadManifests(server: ApiServer, directory: string): Promise<number> {
  const files = await readManifestDirectory(directory);
  const manifests = files.flatMap(parseManifests);
  applyManifests(server.objects, manifests);
  await server.settled();
  return manifests.length;
}
