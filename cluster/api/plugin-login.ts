import path from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { ConnectionConfigError } from "./errors.ts";
import type { TlsMaterial } from "./tls-material.ts";

/** A plugin may open a browser for somebody to log in, but not for ever. */
const PLUGIN_TIMEOUT_MS = 60_000;

interface Credentials {
  readonly authorization: string | undefined;
  readonly certificate: Pick<TlsMaterial, "cert" | "key">;
}

/** What applyToHTTPSOptions fills in. */
type RequestSettings = Parameters<KubeConfig["applyToHTTPSOptions"]>[0];

/**
 * Logs in by an exec plugin (client.authentication.k8s.io) or an auth provider, which @kubernetes/client-node runs.
 * It keeps what it gets until that expires; a refusal by the server makes it start anew.
 */
export class PluginLogin {
  readonly #file: string;
  readonly #context: string;
  readonly #readFile: () => Promise<string>;
  #config: Promise<KubeConfig> | undefined;
  /** Asked for by several requests at once, a plugin is run once. */
  #pending: Promise<Credentials> | undefined;

  constructor(file: string, context: string, readFile: () => Promise<string>) {
    this.#file = file;
    this.#context = context;
    this.#readFile = readFile;
  }

  async authorization(renew: boolean): Promise<string | undefined> {
    if (renew) this.#config = undefined;
    return (await this.#credentials()).authorization;
  }

  async certificate(): Promise<Pick<TlsMaterial, "cert" | "key">> {
    return (await this.#credentials()).certificate;
  }

  #credentials(): Promise<Credentials> {
    this.#pending ??= this.#ask().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #ask(): Promise<Credentials> {
    this.#config ??= this.#load();
    const settings: RequestSettings = {};
    try {
      const config = await this.#config;
      await withinTime(config.applyToHTTPSOptions(settings));
    } catch (cause) {
      this.#config = undefined;
      const reason = cause instanceof Error ? cause.message.trim() : String(cause);
      throw new ConnectionConfigError(
        `kubeconfig ${this.#file}: the login plugin of context "${this.#context}" failed: ${reason}`,
        { cause },
      );
    }
    const { Authorization: authorization } = (settings.headers ?? {}) as Record<string, unknown>;
    return {
      authorization: typeof authorization === "string" ? authorization : undefined,
      certificate: { ...pem("cert", settings.cert), ...pem("key", settings.key) },
    };
  }

  async #load(): Promise<KubeConfig> {
    const config = new KubeConfig();
    config.loadFromString(await this.#readFile());
    config.makePathsAbsolute(path.dirname(this.#file));
    config.setCurrentContext(this.#context);
    return config;
  }
}

function pem(name: "cert" | "key", value: unknown): Pick<TlsMaterial, "cert" | "key"> {
  if (typeof value === "string") return { [name]: value };
  return value instanceof Buffer ? { [name]: value.toString("utf8") } : {};
}

async function withinTime(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`no credentials within ${PLUGIN_TIMEOUT_MS / 1000} s`)),
    PLUGIN_TIMEOUT_MS,
  );
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
