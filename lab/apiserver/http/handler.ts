import type { Logger } from "#observe/contract.ts";
import type { ResourceTable } from "../resources/table.ts";
import { authenticate, type Proof } from "../security/authenticate.ts";
import type { Authority, UserInfo } from "../security/contract.ts";
import { badRequest, noSuchResource, StatusError } from "../status.ts";
import { Describer } from "./describer.ts";
import type { Exchange } from "./exchange.ts";
import { type Tunnels, tunnelled } from "./pods/tunnels.ts";
import type { ResourceHandler } from "./resource-handler.ts";
import { type Route, route } from "./route.ts";
import { sendJson, sendText } from "./send.ts";
import type { Upgrade } from "./upgrade.ts";

/** Answers any request; a refusal becomes its Status, a fault of the server's own a 500. */
export class Handler {
  readonly #table: ResourceTable;
  readonly #describer: Describer;
  readonly #resources: ResourceHandler;
  readonly #tunnels: Tunnels;
  readonly #authority: Authority | undefined;
  readonly #logger: Logger | undefined;

  /** Without an authority nobody is asked who they are. */
  constructor(
    table: ResourceTable,
    resources: ResourceHandler,
    tunnels: Tunnels,
    authority: Authority | undefined,
    logger: Logger | undefined,
  ) {
    this.#table = table;
    this.#describer = new Describer(table);
    this.#resources = resources;
    this.#tunnels = tunnels;
    this.#authority = authority;
    this.#logger = logger;
  }

  async handle(exchange: Exchange): Promise<void> {
    try {
      const found = route(pathOf(exchange), this.#table);
      if (found.to === "health") sendText(exchange, "text/plain; charset=utf-8", "ok");
      else await this.#serve(exchange, found, this.#userOf(exchange, found));
    } catch (error) {
      const refusal = error instanceof StatusError ? error : this.#fault(error, exchange);
      if (exchange.begun) return exchange.cut();
      sendJson(exchange, refusal.httpCode, JSON.stringify(refusal.toStatus()));
    }
  }

  /** Turns a connection into a tunnel to a kubelet, or refuses to. */
  async upgrade(upgrade: Upgrade): Promise<void> {
    try {
      const found = route(pathOf(upgrade), this.#table);
      this.#userOf(upgrade, found);
      if (found.to !== "resource") throw noSuchResource();
      const { name, subresource = "", row } = found.target;
      const isTunnel = name !== undefined && tunnelled.has(subresource) && row.kind === "Pod";
      if (!isTunnel) throw badRequest(`${upgrade.url.pathname} takes no upgrade`);
      await this.#tunnels.open(upgrade, { ...found.target, name });
    } catch (error) {
      upgrade.refuse(error instanceof StatusError ? error : this.#fault(error, upgrade));
    }
  }

  async #serve(
    exchange: Exchange,
    found: Exclude<Route, { readonly to: "health" }>,
    user: UserInfo,
  ): Promise<void> {
    if (found.to === "resource") await this.#resources.handle(exchange, found.target, user);
    else this.#describer.answer(exchange, found);
  }

  /** Anyone may know the version, as they may know about health. @throws StatusError 401 */
  #userOf(exchange: Proof, { to }: Route): UserInfo {
    if (this.#authority === undefined || to === "version") return anyone;
    return authenticate(exchange, this.#authority);
  }

  #fault(
    error: unknown,
    { method, url }: { readonly method?: string; readonly url: URL },
  ): StatusError {
    this.#logger?.error({ err: error, method, path: url.pathname }, "request failed in the server");
    const message = error instanceof Error ? error.message : String(error);
    return new StatusError(500, "InternalError", `Internal error occurred: ${message}`);
  }
}

/** Whom the server takes those for whom it does not ask. */
const anyone: UserInfo = {
  username: "system:unsecured",
  groups: ["system:masters", "system:authenticated"],
};

function pathOf({ url }: { readonly url: URL }): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    throw noSuchResource();
  }
}
