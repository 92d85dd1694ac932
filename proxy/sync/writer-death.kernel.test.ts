/** The thread that talks to the kernel dies again and again while changes come in: nothing is lost, nothing too much. */
import { setImmediate as turn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import type { ThreadRequest } from "#linux/nft/kernel/protocol.ts";
import { type StartThread, startThread } from "#linux/nft/kernel/writer.ts";
import { Random } from "#test/fuzz/random.ts";
import { kernelState } from "#test/proxy/kernel-state.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { createPlace, type OwnedPlace } from "#test/topology/place.ts";
import type { PortPlan } from "../contract.ts";
import { portPlan } from "../testing/port-plans.ts";
import { exampleOptions } from "../testing/three-services.ts";
import { FamilySync } from "./family-sync.ts";

const seed = Number(process.env.FAIRLEAD_SEED ?? Date.now() % 1_000_000);
const SERVICES = 40;
const CHANGES = 150;
const LEAST_DEATHS = 10;
const nothing = /(?!)/;

/** Of six transactions one ends the thread before it has seen it, one just after; of many reads a few do so too. */
function mortal(random: Random): { readonly start: StartThread; deaths: () => number } {
  let deaths = 0;
  const start: StartThread = (data) => {
    const thread = startThread(data);
    const post = thread.postMessage.bind(thread);
    thread.postMessage = (request: ThreadRequest, transfer: ArrayBuffer[]) => {
      const fate = random.below(request.kind === "batch" ? 6 : 200);
      if (fate > 0) post(request, transfer);
      if (fate > 1) return;
      deaths++;
      void thread.terminate();
    };
    return thread;
  };
  return { start, deaths: () => deaths };
}

async function newPlace(): Promise<OwnedPlace> {
  const place = await createPlace("writer-death", []);
  onTestFinished(() => place.close());
  // What is compared is both families' tables; this is about one.
  await place.run("nft", ["add", "table", "ip6", "fairlead"]);
  return place;
}

async function syncIn({ pid }: OwnedPlace, startThread?: StartThread): Promise<FamilySync> {
  const namespacePath = `/proc/${pid}/ns/net`;
  const nft = openNftables(
    startThread === undefined ? { namespacePath } : { namespacePath, startThread },
  );
  const silent = () => {};
  const logger = { debug: silent, info: silent, warn: silent, error: silent, child: () => logger };
  const sync = new FamilySync({
    nft,
    options: exampleOptions(4),
    observer: {
      onSynced: silent,
      onSyncFailed: silent,
      onCommit: silent,
      onRefused: ({ id }, { errnoName }) => {
        throw new Error(`${id} was refused: ${errnoName}`);
      },
      onAudit: silent,
    },
    logger,
    nowMs: () => performance.now(),
    sleep: () => turn(),
  });
  onTestFinished(async () => {
    await sync.stop();
    await nft.close();
  });
  return sync;
}

function randomPlan(random: Random, index: number): PortPlan {
  const pods = [1, 2, 3, 4, 5].filter(() => random.chance(50));
  const endpoints = pods.map((pod) => `10.1.0.${pod} 80`).join(", ");
  const head = `shop/s${index}:http TCP 10.96.7.${index + 1} 80`;
  return portPlan(endpoints === "" ? head : `${head} > ${endpoints}`, {
    affinityTimeoutSeconds: random.chance(30) ? 60 : undefined,
  });
}

const update = (index: number, plan: PortPlan | undefined) => ({
  namespace: "shop",
  name: `s${index}`,
  ports: plan === undefined ? [] : [plan],
  revision: 1,
});

describeWhere(["nftables", "topology"], `a mortal writer, seed ${seed}`, () => {
  test("the kernel holds what a fresh start would make", async () => {
    const random = new Random(seed);
    const { start, deaths } = mortal(random);
    const [stormy, calm] = [await newPlace(), await newPlace()];
    const wanted = new Map<number, PortPlan>();
    const survivor = await syncIn(stormy, start);
    for (let index = 0; index < SERVICES; index++) wanted.set(index, randomPlan(random, index));
    survivor.submit([...wanted].map(([index, plan]) => update(index, plan)));
    await survivor.start();
    for (let change = 0; change < CHANGES || deaths() < LEAST_DEATHS; change++) {
      const index = random.below(SERVICES);
      if (random.chance(15)) wanted.delete(index);
      else wanted.set(index, randomPlan(random, index));
      survivor.submit([update(index, wanted.get(index))]);
      if (random.chance(20)) await survivor.settled();
    }
    await survivor.audit();

    const fresh = await syncIn(calm);
    fresh.submit([...wanted].map(([index, plan]) => update(index, plan)));
    await fresh.start();
    const [survived, wished] = await Promise.all(
      [stormy, calm].map((place) => kernelState(place, nothing)),
    );
    expect(survived).toBe(wished);
    expect(survived).toContain("10.96.7.");
  });
});
