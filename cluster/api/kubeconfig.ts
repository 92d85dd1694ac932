import path from "node:path";
import { parse } from "yaml";
import type { ConfigSources, Connection } from "./connection.ts";
import { ConnectionConfigError } from "./errors.ts";
import type { TlsMaterial } from "./tls-material.ts";

export interface KubeconfigReference {
  readonly file: string;
  /** Absent: the file's current-context. */
  readonly context?: string | undefined;
}

/** Ways to log in that are gone from Kubernetes or make us somebody else; named, so that nobody waits for them. */
const unsupported = ["username", "password", "as", "as-uid", "as-groups"] as const;
/** Ways that run somebody else's program or protocol. */
const plugins = ["exec", "auth-provider"] as const;

/**
 * The connection of one context: server, proxy, CA, token or client certificate, each in place or as a file relative
 * to the kubeconfig, or what its exec or auth provider plugin gives. Throws ConnectionConfigError (FL-C004).
 */
export async function kubeconfigConnection(
  { file, context: wanted }: KubeconfigReference,
  { readFile }: Pick<ConfigSources, "readFile">,
): Promise<Connection> {
  const fail = (problem: string, cause?: unknown): never => {
    throw new ConnectionConfigError(`kubeconfig ${file}: ${problem}`, { cause });
  };
  const config = await load(file, readFile).catch((error: Error) => fail(error.message, error));
  const contextName = wanted ?? config.text("current-context");
  if (!contextName) return fail("names no current-context: choose a context");
  const context = config.entry("contexts", contextName, "context");
  if (context === undefined) return fail(`has no context "${contextName}"`);
  const clusterName = context.text("cluster") ?? "";
  const cluster = config.entry("clusters", clusterName, "cluster");
  if (cluster === undefined) return fail(`has no cluster "${clusterName}"`);
  const userName = context.text("user") ?? "";
  const user = config.entry("users", userName, "user") ?? new Section({});
  const refused = unsupported.find((key) => user.has(key));
  if (refused !== undefined) {
    return fail(
      `user "${userName}" has ${refused}, which is not supported: use token, tokenFile or client-certificate`,
    );
  }

  const server = cluster.text("server") ?? "";
  if (!URL.canParse(server))
    return fail(`cluster "${clusterName}" has server "${server}", which is no URL`);
  const route = { server: new URL(server), ...proxyOf(cluster, clusterName, fail) };
  const directory = path.dirname(file);
  const pem = (section: Section, key: string) => material(section, key, directory, readFile);
  const tls = async (): Promise<TlsMaterial> => ({
    ca: await pem(cluster, "certificate-authority"),
    cert: await pem(user, "client-certificate"),
    key: await pem(user, "client-key"),
    servername: cluster.text("tls-server-name"),
    insecure: cluster.flag("insecure-skip-tls-verify"),
  });
  if (plugins.some((key) => user.has(key))) {
    // Loaded here, because the library behind it costs 90 MB that no other login should pay.
    const { PluginLogin } = await import("./plugin-login.ts");
    const login = new PluginLogin(file, contextName, () => readFile(file));
    return {
      ...route,
      tls: async () => ({ ...(await tls()), ...(await login.certificate()) }),
      authorization: (renew) => login.authorization(renew),
    };
  }
  return {
    ...route,
    tls,
    authorization: async () => {
      const tokenFile = user.text("tokenFile");
      const token = tokenFile
        ? await readFile(path.resolve(directory, tokenFile))
        : user.text("token");
      return token ? `Bearer ${token.trim()}` : undefined;
    },
  };
}

function proxyOf(
  cluster: Section,
  clusterName: string,
  fail: (problem: string) => never,
): Pick<Connection, "proxy"> {
  const text = cluster.text("proxy-url");
  if (!text) return {};
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy?.protocol !== "http:" && proxy?.protocol !== "https:") {
    return fail(`cluster "${clusterName}" has proxy-url "${text}": use an http:// or https:// URL`);
  }
  if (!cluster.text("server")?.startsWith("https:")) {
    return fail(`cluster "${clusterName}" has a proxy-url, which needs a server with https://`);
  }
  return { proxy };
}

async function load(file: string, readFile: ConfigSources["readFile"]): Promise<Section> {
  return new Section(parse(await readFile(file)));
}

/** "<key>-data" holds base64 and wins over "<key>", which names a file (as in kubectl). */
async function material(
  section: Section,
  key: string,
  directory: string,
  readFile: ConfigSources["readFile"],
): Promise<string | undefined> {
  const data = section.text(`${key}-data`);
  if (data) return Buffer.from(data, "base64").toString("utf8");
  const file = section.text(key);
  return file ? readFile(path.resolve(directory, file)) : undefined;
}

/** One mapping of the file, read leniently: what has another type counts as absent. */
class Section {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#values = ((typeof value === "object" ? value : null) as Record<string, unknown>) ?? {};
  }

  has(key: string): boolean {
    return (this.#values[key] ?? undefined) !== undefined;
  }

  text(key: string): string | undefined {
    const value = this.#values[key];
    return typeof value === "string" ? value : undefined;
  }

  flag(key: string): boolean {
    return this.#values[key] === true;
  }

  /** The `content` mapping of the entry called `name` in the list `key`. */
  entry(key: string, name: string, content: string): Section | undefined {
    const list = this.#values[key];
    if (!Array.isArray(list)) return undefined;
    const found = list.map((item) => new Section(item)).find((item) => item.text("name") === name);
    return found === undefined ? undefined : new Section(found.#values[content]);
  }
}
