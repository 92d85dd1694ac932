import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { FairleadError } from "#observe/errors.ts";
import type { Connection } from "./contract.ts";

interface Named {
  readonly name: string;
}

/** The parts of a kubeconfig (v1 Config) that say where the API is and who asks. */
interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly (Named & { context: { cluster: string; user: string } })[];
  readonly clusters?: readonly (Named & { cluster: Readonly<Record<string, string>> })[];
  readonly users?: readonly (Named & { user?: Readonly<Record<string, string>> })[];
}

/** @throws FairleadError FL-A004 naming the file and what it lacks */
export function connectionOf(file: string): Connection {
  try {
    return readConnection(readFileSync(file, "utf8"), dirname(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError("FL-A004", `kubeconfig ${file}: ${why}`, { cause: error });
  }
}

function readConnection(text: string, folder: string): Connection {
  // Whatever the file lacks reads as undefined and is named below.
  const config = (parse(text) ?? {}) as Kubeconfig;
  const wanted = config["current-context"];
  const context = config.contexts?.find(({ name }) => name === wanted)?.context;
  if (context === undefined) throw new Error(`there is no context "${wanted}"`);
  const cluster = config.clusters?.find(({ name }) => name === context.cluster)?.cluster;
  if (cluster?.server === undefined)
    throw new Error(`there is no cluster "${context.cluster}" with a server`);
  const user = config.users?.find(({ name }) => name === context.user)?.user ?? {};
  const pem = (values: Readonly<Record<string, string>>, key: string): string | undefined => {
    const data = values[`${key}-data`];
    if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
    const file = values[key];
    return file === undefined ? undefined : readFileSync(resolve(folder, file), "utf8");
  };
  const [ca, certificate] = [
    pem(cluster, "certificate-authority"),
    pem(user, "client-certificate"),
  ];
  const key = pem(user, "client-key");
  return {
    server: cluster.server,
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { certificate }),
    ...(key !== undefined && { key }),
    ...(user.token !== undefined && { token: user.token }),
  };
}
