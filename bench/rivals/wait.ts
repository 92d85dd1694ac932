import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import type { PinnedChild } from "../child.ts";
import type { LoadQuery } from "../contract.ts";
import { Resolver } from "./resolver.ts";

const pollMs = 10;

/**
 * Waits until the server answers the query with a record.
 * @throws FairleadError FL-B001 when the server ends first, FL-B002 when it does not answer in time.
 */
export async function waitForAnswer(
  server: { readonly name: string; readonly port: number; readonly child: PinnedChild },
  query: LoadQuery,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let gone = false;
  void server.child.ended.then(() => {
    gone = true;
  });
  const resolver = new Resolver(server.port);
  try {
    while (performance.now() < deadline) {
      if (gone) {
        const output = server.child.output().trim().slice(-600);
        throw new FairleadError("FL-B001", `${server.name} ended while starting: ${output}`);
      }
      const answer = await resolver.ask(query);
      // A large answer may come cut to nothing: it is there all the same.
      if (answer?.rcode === 0 && (answer.answerCount > 0 || answer.truncated)) return;
      await sleep(pollMs);
    }
  } finally {
    resolver.close();
  }
  throw new FairleadError(
    "FL-B002",
    `${server.name} did not answer ${query.name} ${query.type} on 127.0.0.1:${server.port} within ${timeoutMs} ms`,
  );
}
