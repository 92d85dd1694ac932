import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { FairleadError } from "#observe/errors.ts";

/**
 * Runs `body` while no other process brings this lab up or takes it down. The lock is an abstract socket: it is no
 * file, and goes with the process however that ends.
 * @throws FairleadError FL-M003 where another is at it
 */
export async function withLabLock<Value>(
  folder: string,
  body: () => Promise<Value>,
): Promise<Value> {
  const server = createServer((connection) => connection.destroy());
  // A digest: a socket's name has no room for long paths.
  const name = createHash("sha256").update(folder).digest("hex");
  server.listen({ path: `\0fairlead-lab:${name}` });
  try {
    await once(server, "listening");
  } catch (error) {
    throw new FairleadError("FL-M003", `another fairlead lab up or down is at work on ${folder}`, {
      cause: error,
    });
  }
  try {
    return await body();
  } finally {
    server.close();
  }
}
