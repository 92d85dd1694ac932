/** One line of JSON is one call, one line the reply; the end of the input ends the agent. */
import { createInterface } from "node:readline";
import type { Agent } from "../contract.ts";
import { attemptAll } from "./attempts.ts";
import { Flows } from "./flows.ts";
import { HeldConnections } from "./held.ts";
import { http } from "./http.ts";
import { answerAstray } from "./segment.ts";
import { Servers } from "./servers.ts";

const servers = new Servers();
const held = new HeldConnections();
const flows = new Flows();

const agent: Agent = {
  serve: (request) => servers.serve(request),
  attempt: attemptAll,
  hold: (request) => held.open(request),
  prove: (request) => held.prove(request),
  release: async ({ id }) => held.release(id),
  startFlow: (request) => flows.start(request),
  flow: async ({ id }) => flows.report(id),
  endFlow: ({ id }) => flows.end(id),
  http,
  answerAstray,
  dropAccepted: async () => ({ count: servers.dropAccepted() }),
};

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const { id, method, request } = JSON.parse(line);
    try {
      // The client has the same contract and checks its calls against it.
      const call = agent[method as keyof Agent] as (request: unknown) => Promise<unknown>;
      say({ id, value: await call(request) });
    } catch (error) {
      say({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  })
  .on("close", () => process.exit(0));

say({});
