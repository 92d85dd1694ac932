import type { IncomingMessage } from "node:http";
import { plainAddress } from "../serving/listen.ts";
import { type Balancer, createBalancer } from "./balance.ts";
import type { Peer, ProxyTarget } from "./contract.ts";
import { dropBody, type Exchange, type Reply, statusReply } from "./exchange.ts";
import type { ErrorLog } from "./logs.ts";
import { ask } from "./proxy-ask.ts";
import { returnedHeaders } from "./proxy-headers.ts";
import { proxyTarget } from "./proxy-target.ts";
import { resolvePeers } from "./resolve-peers.ts";
import { directivesOf, firstOf } from "./scope.ts";
import { passedTarget } from "./uri.ts";
import { variablesOf } from "./variables.ts";

/** Sends requests on. One for each configuration: what it knows of peers that failed goes with it. */
export function createProxy(log: ErrorLog): (exchange: Exchange) => Promise<Reply> {
  const balancers = new Map<string, Balancer>();

  const balancerOf = async (
    exchange: Exchange,
    target: ProxyTarget,
  ): Promise<Balancer | undefined> => {
    const known = balancers.get(target.authority);
    if (known !== undefined) return known;
    const upstream = exchange.configuration.upstreams.get(target.authority);
    const peers = upstream === undefined ? await resolvePeers(exchange, target, log) : [];
    if (peers === undefined) return undefined;
    const balancer = createBalancer(
      upstream ?? { name: target.authority, balance: "roundRobin", peers },
      () => performance.now(),
    );
    // What was resolved for a request is asked again for the next: that is what variables in proxy_pass are used for.
    if (upstream !== undefined) balancers.set(target.authority, balancer);
    return balancer;
  };

  return async (exchange) => {
    const proxy = exchange.location?.proxy;
    if (proxy === undefined) return statusReply(500);
    const target = proxy.fixed ?? proxyTarget(proxy.target.fill(variablesOf(exchange)));
    if (target === undefined) {
      log(exchange, "error", `invalid URL prefix in "${proxy.target.fill(variablesOf(exchange))}"`);
      return statusReply(500);
    }
    const balancer = await balancerOf(exchange, target);
    if (balancer === undefined) return statusReply(502);
    const { match } = exchange.location ?? {};
    const path =
      proxy.fixed === undefined && target.uri !== undefined
        ? target.uri
        : passedTarget(
            {
              raw:
                exchange.isInternal && !exchange.isChanged
                  ? encodeURI(exchange.uri)
                  : exchange.rawPath,
              uri: exchange.uri,
              args: exchange.args,
              isChanged: exchange.isChanged,
              matched: match === undefined || match.kind === "regex" ? "" : match.text,
            },
            target.uri,
          );
    return await tryPeers(exchange, target, balancer, path, log);
  };
}

/** Asks one peer after another until one answers in a way that `proxy_next_upstream` lets stand. */
async function tryPeers(
  exchange: Exchange,
  target: ProxyTarget,
  balancer: Balancer,
  path: string,
  log: ErrorLog,
): Promise<Reply> {
  const { upstream, request } = exchange;
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const retried = directivesOf(scope, "proxy_next_upstream")[0]?.args ?? ["error", "timeout"];
  const client = plainAddress(request.socket.remoteAddress);
  const tried = new Set<Peer>();
  let last: Reply | undefined;
  for (;;) {
    const peer = balancer.next(tried, client);
    if (peer === undefined) {
      if (last !== undefined) return last;
      log(exchange, "error", "no live upstreams while connecting to upstream");
      return statusReply(502);
    }
    tried.add(peer);
    dropBody(last);
    const startMs = performance.now();
    upstream.address = joined(upstream.address, addressOf(peer));
    const outcome = await ask(exchange, target, peer, path).finally(() => balancer.ended(peer));
    upstream.responseMs = performance.now() - startMs;
    last =
      outcome.kind === "response"
        ? replyOf(exchange, target, outcome.response)
        : statusReply(outcome.kind === "timeout" ? 504 : 502);
    upstream.status = joined(upstream.status, String(last.status));
    if (outcome.kind === "response") {
      if (!retried.includes(`http_${last.status}`)) return last;
    } else {
      log(exchange, "error", outcome.words);
      if (!retried.includes(outcome.kind)) return last;
    }
    balancer.failed(peer);
    const isSent = outcome.kind === "response" || !outcome.isUnsent;
    if (isSent && request.method === "POST" && !retried.includes("non_idempotent")) return last;
  }
}

function joined(before: string, next: string): string {
  return before === "" ? next : `${before}, ${next}`;
}

function addressOf({ address, port }: Peer): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

function replyOf(exchange: Exchange, target: ProxyTarget, response: IncomingMessage): Reply {
  const status = response.statusCode ?? 502;
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const isIntercepted = status >= 300 && firstOf(scope, "proxy_intercept_errors") === "on";
  return {
    status,
    headers: returnedHeaders(exchange, target, response),
    body: response,
    isOwn: isIntercepted,
  };
}
