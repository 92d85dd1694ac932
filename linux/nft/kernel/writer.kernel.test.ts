import { afterEach, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { createPlace, type OwnedPlace } from "#test/topology/place.ts";
import type { Nftables, Operation } from "../contract.ts";
import { NftThreadError } from "../errors.ts";
import { addElements, key } from "../testing/words.ts";
import { openNftables } from "./nftables.ts";
import type { ThreadRequest } from "./protocol.ts";
import { type StartThread, startThread } from "./writer.ts";

const table = { family: "ip", name: "fairlead" } as const;
const base: readonly Operation[] = [
  { kind: "addTable" },
  { kind: "addSet", set: { name: "s", key: ["ipv4_addr"] } },
];
const add = (address: string): readonly Operation[] => [addElements("s", { key: key(address) })];

const open: { close(): Promise<void> }[] = [];

async function place(): Promise<OwnedPlace> {
  const made = await createPlace("writer", []);
  open.push(made);
  return made;
}

function nftablesIn({ pid }: OwnedPlace, start?: StartThread): Nftables {
  const options = { namespacePath: `/proc/${pid}/ns/net` };
  const nftables = openNftables(start === undefined ? options : { ...options, startThread: start });
  open.unshift(nftables);
  return nftables;
}

/** A thread that is ended when it is asked for the batch of that number, counted over all threads. */
function dyingAt(fatal: number): StartThread {
  let batches = 0;
  return (data) => {
    const thread = startThread(data);
    const post = thread.postMessage.bind(thread);
    thread.postMessage = (request: ThreadRequest, transfer: ArrayBuffer[]) => {
      if (request.kind === "batch") batches += 1;
      if (request.kind === "batch" && batches === fatal) void thread.terminate();
      else post(request, transfer);
    };
    return thread;
  };
}

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

describeWhere(["nftables"], "the writer's thread", () => {
  test("its end leaves one transaction in doubt, and the next has a new thread", async () => {
    const nftables = nftablesIn(await place(), dyingAt(2));
    const results = await Promise.all([
      nftables.commit({ table, operations: base }),
      nftables.commit({ table, operations: add("10.0.0.1") }),
      nftables.commit({ table, operations: add("10.0.0.2") }),
    ]);
    expect(results).toEqual([
      { ok: true },
      { ok: false, refusal: undefined, unknown: "the writer's thread ended with 1" },
      { ok: true },
    ]);
    // Reading tells what became of the one in doubt.
    const keys = (await nftables.elements(table, "s")).map((element) => [...element.key]);
    expect(keys).toEqual([[10, 0, 0, 2]]);
  });

  test("works in the namespace that it was given, and in no other", async () => {
    const [here, there] = [nftablesIn(await place()), nftablesIn(await place())];
    expect(await here.commit({ table, operations: base })).toEqual({ ok: true });
    expect(await here.tables("ip")).toEqual(["fairlead"]);
    expect(await there.tables("ip")).toEqual([]);
  });

  test("calls that come at once are served in their order", async () => {
    const nftables = nftablesIn(await place());
    const calls = [
      nftables.tables("ip"),
      nftables.commit({ table, operations: base }),
      nftables.tables("ip"),
      nftables.commit({ table, operations: [{ kind: "deleteTable" }] }),
      nftables.tables("ip"),
    ];
    expect(await Promise.all(calls)).toEqual([[], { ok: true }, ["fairlead"], { ok: true }, []]);
  });

  test("elements of a set that another process made are encoded by its definition", async () => {
    const home = await place();
    await home.run(
      "nft",
      ["-f", "-"],
      "table ip fairlead { set s { type ipv4_addr; flags interval; }\n}",
    );
    const nftables = nftablesIn(home);
    const network = addElements("s", { key: key("10.0.0.0"), keyEnd: key("10.0.0.255") });
    expect(await nftables.commit({ table, operations: [network] })).toEqual({ ok: true });
    expect(await home.run("nft", ["list", "ruleset"])).toContain("elements = { 10.0.0.0/24 }");
  });

  test("a namespace that is not there is an error, and nothing is in doubt", async () => {
    const nftables = openNftables({ namespacePath: "/proc/self/ns/nowhere" });
    open.push(nftables);
    const committed = nftables.commit({ table, operations: base });
    await expect(committed).rejects.toBeInstanceOf(NftThreadError);
    await expect(nftables.tables("ip")).rejects.toThrow("/proc/self/ns/nowhere");
  });
});
