import type { Peer, Upstream } from "./contract.ts";

export interface Balancer {
  /** The peer to ask next, of those not tried for this request; undefined when none is left. */
  next(tried: ReadonlySet<Peer>, client: string): Peer | undefined;
  failed(peer: Peer): void;
  /** The exchange with the peer is over. */
  ended(peer: Peer): void;
}

interface State {
  readonly peer: Peer;
  current: number;
  active: number;
  fails: number;
  failedMs: number;
}

/**
 * Chooses among the peers of an upstream (nginx.org/en/docs/http/ngx_http_upstream_module.html): smooth weighted round robin,
 * `least_conn` or `ip_hash`. A peer that failed `max_fails` times is left out for `fail_timeout`; backups come when no other is left.
 */
export function createBalancer(upstream: Upstream, nowMs: () => number): Balancer {
  const states = upstream.peers.map(
    (peer): State => ({ peer, current: 0, active: 0, fails: 0, failedMs: 0 }),
  );
  const stateOf = (peer: Peer): State | undefined => states.find((state) => state.peer === peer);

  /** One peer alone is never left out. */
  const isUp = ({ peer, fails, failedMs }: State): boolean =>
    states.length === 1 ||
    peer.maxFails === 0 ||
    fails < peer.maxFails ||
    nowMs() - failedMs > peer.failTimeoutMs;

  return {
    next(tried, client) {
      const open = states.filter((state) => !tried.has(state.peer) && isUp(state));
      const main = open.filter(({ peer }) => !peer.isBackup);
      const chosen = choose(upstream.balance, main.length > 0 ? main : open, client);
      if (chosen === undefined) return undefined;
      chosen.active += 1;
      return chosen.peer;
    },
    failed(peer) {
      const state = stateOf(peer);
      if (state === undefined) return;
      if (nowMs() - state.failedMs > peer.failTimeoutMs) state.fails = 0;
      state.fails += 1;
      state.failedMs = nowMs();
    },
    ended(peer) {
      const state = stateOf(peer);
      if (state !== undefined) state.active -= 1;
    },
  };
}

function choose(
  balance: Upstream["balance"],
  states: readonly State[],
  client: string,
): State | undefined {
  if (balance === "clientAddress") return byAddress(states, client);
  if (balance === "roundRobin") return smooth(states);
  const load = ({ active, peer }: State): number => active / peer.weight;
  const least = Math.min(...states.map(load));
  return smooth(states.filter((state) => load(state) === least));
}

/** Each gains its weight, the one that is ahead is taken and pays for all. */
function smooth(states: readonly State[]): State | undefined {
  let best: State | undefined;
  let total = 0;
  for (const state of states) {
    state.current += state.peer.weight;
    total += state.peer.weight;
    if (best === undefined || state.current > best.current) best = state;
  }
  if (best !== undefined) best.current -= total;
  return best;
}

/** The first three parts of an IPv4 address decide. */
function byAddress(states: readonly State[], client: string): State | undefined {
  const key = /^\d+\.\d+\.\d+/.exec(client)?.[0] ?? client;
  let hash = 89;
  for (const char of key) hash = (hash * 113 + char.charCodeAt(0)) % 6271;
  return states[hash % Math.max(states.length, 1)];
}
