import { describe, expect, it } from "vitest";
import type { Service } from "#cluster/contract.ts";
import { Claims } from "./claims.ts";
import { planOf, planText, service } from "./test-objects.ts";

const external = (name: string, clusterIP: string, createdSeconds: number, ...ips: string[]) => ({
  ...service(`${name}.shop ClusterIP ${clusterIP} http/TCP/80`, { externalIPs: ips }),
  createdSeconds,
});
const a = external("a", "10.0.0.1", 100, "198.51.100.7");
const b = external("b", "10.0.0.2", 200, "198.51.100.7");
const c = external("c", "10.0.0.3", 300, "198.51.100.7", "198.51.100.8");

/** Settles like the planner: each Service, and then whoever it affects. */
class Board {
  readonly #claims = new Claims();
  readonly #services = new Map<string, Service>();
  readonly plans = new Map<string, readonly string[]>();
  settlements = 0;

  put(it: Service): void {
    this.#services.set(it.name, it);
    this.#settle(it.name);
  }

  drop(name: string): void {
    this.#services.delete(name);
    this.plans.delete(name);
    for (const it of this.#claims.release({ namespace: "shop", name })) this.#settle(it.name);
  }

  /** Who answers at external addresses, in order of names. */
  get holders(): string {
    const lines = [...this.plans].flatMap(([name, text]) =>
      text.flatMap((line) => {
        const at = / (?:ExternalIP|NodePort) (\S+)/.exec(line)?.[1];
        return at === undefined ? [] : [`${name} ${at}`];
      }),
    );
    return lines.sort().join(", ");
  }

  #settle(name: string): void {
    const plan = planOf({ service: this.#services.get(name) ?? a });
    if (plan === undefined || ++this.settlements > 100) throw new Error(`${name} has no plan`);
    const created = this.#services.get(name)?.createdSeconds ?? 0;
    const settled = this.#claims.settle(plan, created);
    this.plans.set(name, planText(settled.plan));
    for (const it of settled.affected) this.#settle(it.name);
  }
}

function boardOf(...services: readonly Service[]): Board {
  const board = new Board();
  for (const it of services) board.put(it);
  return board;
}

describe("an address that several ask for", () => {
  it.each([
    ["abc", [a, b, c]],
    ["cba", [c, b, a]],
    ["bca", [b, c, a]],
    ["acb", [a, c, b]],
  ])("is the oldest's, seen in the order %s", (_order, services) => {
    const board = boardOf(...services);
    expect(board.holders).toBe("a 198.51.100.7:80, c 198.51.100.8:80");
    expect(board.plans.get("a")).not.toContain("warning address-conflict");
    expect(board.plans.get("b")).toContain("warning address-conflict");
    expect(board.plans.get("c")).toContain("warning address-conflict");
  });

  it("goes to the next oldest, and back", () => {
    const board = boardOf(a, b, c);
    board.drop("a");
    expect(board.holders).toBe("b 198.51.100.7:80, c 198.51.100.8:80");
    expect(board.plans.get("b")).not.toContain("warning address-conflict");
    board.put(a);
    expect(board.holders).toBe("a 198.51.100.7:80, c 198.51.100.8:80");
  });

  it("goes on when its holder no longer asks for it", () => {
    const board = boardOf(a, b);
    board.put(external("a", "10.0.0.1", 100));
    expect(board.holders).toBe("b 198.51.100.7:80");
  });

  it("is decided by name between Services of one second", () => {
    const twin = external("b", "10.0.0.2", 100, "198.51.100.7");
    expect(boardOf(twin, a).holders).toBe("a 198.51.100.7:80");
    expect(boardOf(a, twin).holders).toBe("a 198.51.100.7:80");
  });

  it("follows a Service that was made anew under its name", () => {
    const board = boardOf(a, b);
    board.put({ ...a, createdSeconds: 900 });
    expect(board.holders).toBe("b 198.51.100.7:80");
  });

  it("is another for another protocol or port", () => {
    const udp = service("d.shop ClusterIP 10.0.0.4 dns/UDP/80 web/TCP/81", {
      externalIPs: ["198.51.100.7"],
    });
    expect(boardOf(a, udp).holders).toBe("a 198.51.100.7:80, d 198.51.100.7:80, d 198.51.100.7:81");
  });

  it("may be a node port, or lie among the node's own addresses", () => {
    const owner = { ...service("o.shop NodePort 10.0.0.5 http/TCP/80>30080"), createdSeconds: 1 };
    const thief = {
      ...service("t.shop ClusterIP 10.0.0.6 http/TCP/30080", { externalIPs: ["192.0.2.1"] }),
      createdSeconds: 2,
    };
    expect(boardOf(thief, owner).holders).toBe("o 192.0.2.1:30080");
  });
});

describe("a ClusterIP that two have", () => {
  const twin = external("b", "10.0.0.1", 200, "198.51.100.9");
  const waiting = external("w", "10.0.0.9", 300, "198.51.100.9");

  it("leaves the younger nothing, not even its other addresses", () => {
    const board = boardOf(twin, waiting, a);
    expect(board.holders).toBe("a 198.51.100.7:80, w 198.51.100.9:80");
    expect(board.plans.get("b")).toEqual(["warning address-conflict"]);
  });

  it("gives it all back when the older goes", () => {
    const board = boardOf(a, twin, waiting);
    board.drop("a");
    expect(board.holders).toBe("b 198.51.100.9:80");
    expect(board.plans.get("w")).toContain("warning address-conflict");
  });
});

it("two ports of one Service do not share an address and port", () => {
  const own = service("o.shop NodePort 10.0.0.5 a/TCP/80>30080 b/TCP/30080", {
    externalIPs: ["192.0.2.1"],
  });
  const board = boardOf(own);
  expect(board.holders).toBe("o 192.0.2.1:30080, o 192.0.2.1:80");
  expect(board.plans.get("o")).toContain("warning address-conflict");
});

it("costs no more among many than among few", () => {
  const settlementsAmong = (count: number): number => {
    const board = new Board();
    for (let n = 0; n < count; n++)
      board.put(external(`s${n}`, `10.1.0.${n}`, n, `198.51.100.${100 + n}`));
    const before = board.settlements;
    board.put(a);
    board.put(b);
    board.drop("a");
    board.settlements -= before;
    return board.settlements;
  };
  expect(settlementsAmong(80)).toBe(settlementsAmong(2));
});
