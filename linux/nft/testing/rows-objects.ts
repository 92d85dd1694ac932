/** Tables, chains and sets: what is done, and what comes of it. */
import type { NamedSet, Operation, TableFamily } from "../contract.ts";
import {
  addElements,
  addRules,
  counter,
  goto,
  inSet,
  jump,
  key,
  payload,
  rule,
  to,
  vmap,
} from "./words.ts";

export interface Row {
  readonly name: string;
  readonly family?: TableFamily;
  readonly transactions: readonly (readonly Operation[])[];
  /** What each transaction comes to; all are applied unless given. */
  readonly results?: readonly unknown[];
}

const table: Operation = { kind: "addTable" };
const chain = (name: string) => ({ kind: "addChain", chain: { name } }) as const;
const addSet = (set: NamedSet): Operation => ({ kind: "addSet", set });
const ok = { ok: true };
export const refused = (operation: number, errnoName: string, element?: number): unknown => ({
  operation,
  element,
  errnoName,
});
const daddr = payload("ip daddr");
const input = (policy: "accept" | "drop"): Operation => ({
  kind: "addChain",
  chain: { name: "in", hook: { type: "filter", hook: "input", priority: 0, policy } },
});

export const rowsOfObjects: readonly Row[] = [
  {
    name: "a table is made once",
    transactions: [[{ kind: "addTable", comment: "ours" }], [table]],
  },
  {
    name: "a table goes with all that is in it",
    transactions: [
      [
        table,
        chain("a"),
        addSet({ name: "s", key: ["ipv4_addr"] }),
        addElements("s", { key: key("10.0.0.1") }),
      ],
      [{ kind: "deleteTable" }],
    ],
  },
  {
    name: "a table can be made anew in the transaction that removes it",
    transactions: [
      [table, chain("a")],
      [{ kind: "deleteTable" }, table, chain("b")],
    ],
  },
  {
    name: "nothing is done in a table that is not there",
    transactions: [[chain("a")]],
    results: [refused(0, "ENOENT")],
  },
  {
    name: "a table that is not there cannot be removed",
    transactions: [[{ kind: "deleteTable" }]],
    results: [refused(0, "ENOENT")],
  },
  {
    name: "chains have hooks, priorities by name and number, policies and comments",
    transactions: [
      [
        table,
        { kind: "addChain", chain: { name: "plain", comment: "reached by goto" } },
        ...(
          [
            ["nat", "prerouting", -100, "accept"],
            ["nat", "output", -100, "accept"],
            ["nat", "postrouting", 100, "accept"],
            ["filter", "prerouting", -99, "accept"],
            ["filter", "prerouting", -300, "accept"],
            ["filter", "output", -150, "drop"],
            ["filter", "forward", 0, "drop"],
            ["filter", "input", 5, "accept"],
            ["filter", "input", 33, "accept"],
            ["route", "output", -160, "accept"],
            ["filter", "postrouting", 50, "accept"],
          ] as const
        ).map(
          ([type, hook, priority, policy], index): Operation => ({
            kind: "addChain",
            chain: { name: `c${index}`, hook: { type, hook, priority, policy } },
          }),
        ),
      ],
    ],
  },
  {
    name: "priorities of a bridge table have other names",
    family: "bridge",
    transactions: [
      [
        table,
        ...([-300, -200, -199, 0, 150] as const).map(
          (priority): Operation => ({
            kind: "addChain",
            chain: {
              name: `c${priority + 300}`,
              hook: { type: "filter", hook: "prerouting", priority, policy: "accept" },
            },
          }),
        ),
      ],
    ],
  },
  {
    name: "a chain that is there as it is stays",
    transactions: [
      [table, chain("a"), input("accept")],
      [chain("a"), input("accept")],
    ],
  },
  {
    name: "a chain that must be new is refused where there is one",
    transactions: [
      [table, { ...chain("a"), exclusive: true }],
      [chain("b"), { ...chain("a"), exclusive: true }],
    ],
    results: [ok, refused(1, "EEXIST")],
  },
  {
    name: "the policy of a chain changes",
    transactions: [[table, input("accept")], [input("drop")]],
  },
  {
    name: "a regular chain takes no hook",
    transactions: [[table, chain("in")], [input("accept")]],
    results: [ok, refused(0, "ENOTSUP")],
  },
  {
    name: "a chain that rules lead to stays, and goes once they are gone",
    transactions: [
      [table, chain("a"), chain("b"), ...addRules("a", rule(goto("b")))],
      [{ kind: "deleteChain", chain: "b" }],
      [
        { kind: "flushChain", chain: "a" },
        { kind: "deleteChain", chain: "b" },
      ],
    ],
    results: [ok, refused(0, "EBUSY"), ok],
  },
  {
    name: "a chain with rules of its own can be removed",
    transactions: [
      [table, chain("a"), ...addRules("a", rule(counter))],
      [{ kind: "deleteChain", chain: "a" }],
    ],
  },
  {
    name: "a chain that elements lead to stays, and goes with them",
    transactions: [
      [
        table,
        chain("a"),
        addSet({ name: "m", key: ["ipv4_addr"], data: "verdict" }),
        addElements("m", { key: key("10.0.0.1"), data: to("a") }),
      ],
      [{ kind: "deleteChain", chain: "a" }],
      [
        { kind: "flushSet", set: "m" },
        { kind: "deleteChain", chain: "a" },
      ],
    ],
    results: [ok, refused(0, "EBUSY"), ok],
  },
  {
    name: "a rule leads to chains that are there, and to none with a hook",
    transactions: [
      [table, chain("a"), input("accept")],
      addRules("a", rule(jump("nowhere"))),
      addRules("a", rule(jump("in"))),
      addRules("nowhere", rule(counter)),
    ],
    results: [ok, refused(0, "ENOENT"), refused(0, "ENOTSUP"), refused(0, "ENOENT")],
  },
  {
    name: "rules go in no circles",
    transactions: [
      [table, chain("a"), chain("b"), input("accept"), ...addRules("in", rule(jump("a")))],
      [...addRules("a", rule(jump("b"))), ...addRules("b", rule(jump("a")))],
      addRules("a", rule(jump("b"))),
    ],
    results: [ok, refused(1, "EMLINK"), ok],
  },
  {
    name: "elements lead in no circles",
    transactions: [
      [
        table,
        chain("a"),
        input("accept"),
        addSet({ name: "m", key: ["ipv4_addr"], data: "verdict" }),
        ...addRules("in", rule(vmap([daddr], "m"))),
        ...addRules("a", rule(vmap([daddr], "m"))),
      ],
      [addElements("m", { key: key("10.0.0.1"), data: to("a") })],
    ],
    results: [ok, refused(0, "EMLINK")],
  },
  {
    name: "rules are removed by their handles",
    transactions: [
      [table, chain("a"), ...addRules("a", { ...rule(counter), comment: "stays" })],
      [{ kind: "deleteRule", chain: "a", handle: 4711 }],
    ],
    results: [ok, refused(0, "ENOENT")],
  },
  {
    name: "sets have types, sizes, flags, time-outs, counters and comments",
    transactions: [
      [
        table,
        addSet({ name: "plain", key: ["ipv4_addr"], comment: "of addresses" }),
        addSet({
          name: "five",
          key: ["ipv4_addr", "inet_proto", "inet_service", "mark", "classid"],
        }),
        addSet({ name: "names", key: ["ifname", "ether_addr"] }),
        addSet({ name: "ranges", key: ["ipv4_addr"], interval: true, counter: true }),
        addSet({
          name: "boxes",
          key: ["ipv4_addr", "inet_service"],
          interval: true,
          size: 100,
          comment: "b",
        }),
        addSet({ name: "lapse", key: ["ipv4_addr"], timeout: {} }),
        addSet({ name: "lapse5", key: ["ipv4_addr"], timeout: { defaultMs: 5000 } }),
        addSet({
          name: "grow",
          key: ["ipv4_addr"],
          dynamic: true,
          timeout: { defaultMs: 90_000 },
          size: 9,
        }),
        addSet({
          name: "grow2",
          key: ["ipv4_addr"],
          dynamic: true,
          timeout: {},
          size: 70_000,
          counter: true,
          comment: "c",
        }),
        addSet({ name: "m1", key: ["mark"], data: ["classid"], counter: true }),
        addSet({ name: "m2", key: ["classid"], data: ["ipv4_addr", "inet_service"] }),
        addSet({ name: "m3", key: ["ether_addr"], data: "verdict", size: 4 }),
      ],
    ],
  },
  {
    name: "a set that is there as it is stays, and is no other",
    transactions: [
      [table, addSet({ name: "s", key: ["ipv4_addr"] })],
      [addSet({ name: "s", key: ["ipv4_addr"] })],
      [addSet({ name: "s", key: ["inet_service"] })],
      [addSet({ name: "s", key: ["ipv4_addr"], data: ["mark"] })],
      [addSet({ name: "s", key: ["ipv4_addr"], interval: true })],
    ],
    results: [ok, ok, refused(0, "EEXIST"), refused(0, "EEXIST"), refused(0, "EEXIST")],
  },
  {
    name: "a set that rules look into stays, and goes once they are gone",
    transactions: [
      [
        table,
        chain("a"),
        addSet({ name: "s", key: ["ipv4_addr"] }),
        ...addRules("a", rule(inSet([daddr], "s"))),
      ],
      [{ kind: "deleteSet", set: "s" }],
      [
        { kind: "deleteChain", chain: "a" },
        { kind: "deleteSet", set: "s" },
      ],
    ],
    results: [ok, refused(0, "EBUSY"), ok],
  },
  {
    name: "a rule looks into sets that are there",
    transactions: [[table, chain("a")], addRules("a", rule(inSet([daddr], "nowhere")))],
    results: [ok, refused(0, "ENOENT")],
  },
  {
    name: "sets that are not there are neither emptied nor removed",
    transactions: [[table], [{ kind: "deleteSet", set: "s" }], [{ kind: "flushSet", set: "s" }]],
    results: [ok, refused(0, "ENOENT"), refused(0, "ENOENT")],
  },
  {
    name: "comments have a length",
    transactions: [
      [{ kind: "addTable", comment: "c".repeat(127) }],
      [{ kind: "addChain", chain: { name: "a", comment: "c".repeat(128) } }],
    ],
    results: [ok, `a comment has at most 127 bytes, "${"c".repeat(128)}" has 128`],
  },
  {
    name: "nothing of a refused transaction is applied",
    transactions: [
      [
        table,
        chain("a"),
        addSet({ name: "s", key: ["ipv4_addr"] }),
        addElements("s", { key: key("10.0.0.1") }),
      ],
      [
        chain("b"),
        addSet({ name: "t", key: ["ipv4_addr"] }),
        ...addRules("a", rule(goto("b"))),
        { kind: "flushSet", set: "s" },
        addElements("s", { key: key("10.0.0.2") }),
        { kind: "deleteSet", set: "nowhere" },
      ],
    ],
    results: [ok, refused(5, "ENOENT")],
  },
];
