/** SIGKILL at random instants of ADD and DEL: after DEL, GC or doctor nothing is left, and ADD works again. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Random } from "#test/fuzz/random.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import {
  type Cleanup,
  type Instant,
  type KillStage,
  LIVE_PORT,
  setKillStage,
} from "./kill-stage.ts";

const rounds = process.env.FAIRLEAD_SOAK === "1" ? 200 : 10;
const seed = Number(process.env.FAIRLEAD_SEED ?? Date.now() % 1_000_000);
const each = Array.from({ length: rounds }, (_, round) => round + 1);
const cleanups: readonly Cleanup[] = ["DEL", "GC", "doctor"];

const COMPLETE = "lease link rules shaping";

describeWhere(["namespaces", "nftables"], `killed calls, seed ${seed}`, () => {
  const random = new Random(seed);
  let stage: KillStage;
  const hits = new Map<string, number>();
  const hit = (command: string, reached: string): void => {
    const key = `${command} ${reached}`;
    hits.set(key, (hits.get(key) ?? 0) + 1);
  };

  beforeAll(async () => {
    stage = await setKillStage();
    await stage.node.succeed({ id: "live", config: stage.config(LIVE_PORT) });
    const server = await stage.node.agent();
    await server.serve({ transport: "tcp", name: "node", port: 77 });
  });
  afterEach(async () => {
    const client = await stage.node.agent("live");
    const asked = { transport: "tcp", address: "10.217.44.1", port: 77, timeoutMs: 5000 } as const;
    expect((await client.attempt(asked))[0]).toMatchObject({ kind: "answer", server: "node" });
  });
  afterAll(async () => {
    process.stderr.write(`killed calls had come to: ${JSON.stringify(Object.fromEntries(hits))}\n`);
    await stage?.close();
  });

  /** Most are within the work itself, some before it has begun or after it has ended. */
  const instant = (wholeMs: number, workMs: number): Instant =>
    random.chance(80)
      ? { since: "work", afterMs: random.below(random.chance(50) ? workMs : workMs / 8) }
      : { since: "start", afterMs: random.below(wholeMs) };

  /** What is left is removed in one of three ways, and then the same container is added again. */
  const recovers = async (id: string, hostPort: number, before: string): Promise<void> => {
    const how = random.pick(cleanups);
    await stage.cleanUp(how, id, hostPort);
    expect(stage.remains(), `after ${how}`).toBe(before);
    const call = { id, config: stage.config(hostPort) };
    await stage.node.succeed(call);
    expect(stage.reached(id)).toBe(COMPLETE);
    await stage.node.succeed({ ...call, command: "DEL" });
    expect(stage.remains()).toBe(before);
    stage.node.removeContainer(id);
  };

  test.each(each)("the plugin as a process, round %d", async (round) => {
    const [id, hostPort] = [`p${round}`, LIVE_PORT + round];
    const command = random.pick(["ADD", "DEL"] as const);
    const before = stage.remains();
    if (command === "DEL") await stage.node.succeed({ id, config: stage.config(hostPort) });
    await stage.asProcess(command, id, hostPort, instant(600, 200));
    hit(command, stage.reached(id));
    await recovers(id, hostPort, before);
  });

  describeWhere(["cc"], "agent and shim", () => {
    beforeAll(() => stage.startAgent());

    test.each(each)("round %d", async (round) => {
      const [id, hostPort] = [`a${round}`, LIVE_PORT + 1000 + round];
      const command = random.pick(["ADD", "DEL"] as const);
      const victim = random.pick(["agent", "agent", "shim"] as const);
      const before = stage.remains();
      if (command === "DEL") await stage.node.succeed({ id, config: stage.config(hostPort) });
      const kill = { victim, ...instant(60, 40) };
      const { status, stdout } = await stage.throughAgent(command, id, hostPort, kill);
      hit(`${command}, ${victim} killed`, stage.reached(id));
      if (status === 1) expect(JSON.parse(stdout)).toMatchObject({ code: 11 });
      if (victim === "agent") {
        // A DEL that no agent could do was written down, told as done, and is by now.
        if (command === "DEL") expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
        await stage.startAgent();
        if (command === "DEL") expect(stage.reached(id)).toBe("nothing");
      }
      await recovers(id, hostPort, before);
    });
  });
});
