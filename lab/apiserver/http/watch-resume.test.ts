import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiServer } from "../contract.ts";
import { createApiServer } from "../server.ts";
import { configMap, request, WatchReader } from "../testing.ts";

const soak = process.env.FAIRLEAD_SOAK === "1";
const path = "/api/v1/namespaces/default/configmaps";
let server: ApiServer;

beforeAll(async () => {
  server = createApiServer();
  await server.listen({ host: "127.0.0.1", port: 0 });
});

afterAll(() => server.close());

type Write = {
  readonly verb: "create" | "relabel" | "delete";
  readonly key: number;
  readonly label: string;
};

const writes = fc.array(
  fc.record<Write>({
    verb: fc.constantFrom("create", "relabel", "delete"),
    key: fc.integer({ min: 0, max: 5 }),
    label: fc.constantFrom("in", "out"),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Writes over HTTP, one after another; those that the present state forbids are refused, and that is fine. */
async function perform(script: readonly Write[]): Promise<void> {
  for (const { verb, key, label } of script) {
    const name = `key-${key}`;
    const url = `${server.url}${path}`;
    if (verb === "create") await request(url, "POST", configMap(name, { set: label }));
    if (verb === "delete") await request(`${url}/${name}`, "DELETE");
    if (verb === "relabel") {
      await request(
        `${url}/${name}`,
        "PATCH",
        { metadata: { labels: { set: label } } },
        "application/merge-patch+json",
      );
    }
  }
}

/** Mirrors the selection through watches that each end after a few events and resume behind the last one. */
async function mirror(
  selector: string,
  cuts: readonly number[],
  done: Promise<unknown>,
): Promise<Map<string, string>> {
  const first = (await request(`${server.url}${path}?${selector}`)).body;
  const seen = new Map<string, string>();
  for (const { metadata } of first.items) seen.set(metadata.name, metadata.resourceVersion);
  let revision = Number(first.metadata.resourceVersion);
  let finished = false;
  void done.then(() => {
    finished = true;
  });
  for (let round = 0; round < 500; round += 1) {
    const wasFinished = finished;
    const target = server.revision;
    const reader = await WatchReader.open(
      `${server.url}${path}?watch=1&${selector}&resourceVersion=${revision}&allowWatchBookmarks=true&timeoutSeconds=1`,
    );
    const cut = cuts[round % cuts.length];
    for (let count = 0; count < cut && revision < target; count += 1) {
      const line = await reader.next();
      if (line === undefined) break;
      const { name, resourceVersion = "" } = line.object.metadata;
      expect(Number(resourceVersion)).toBeGreaterThanOrEqual(revision);
      revision = Number(resourceVersion);
      if (line.type === "DELETED") seen.delete(name);
      else if (line.type !== "BOOKMARK") seen.set(name, resourceVersion);
    }
    await reader.close();
    if (wasFinished && revision >= target) return seen;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("the mirror did not catch up");
}

it("loses nothing across resumed watches under concurrent writes", async () => {
  await fc.assert(
    fc.asyncProperty(
      writes,
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom("", "labelSelector=set%3Din"),
      async (script, cuts, selector) => {
        // The last write is seen by every selection, so that each mirror has an event to wait for.
        const written = perform(script).then(async () => {
          await request(`${server.url}${path}`, "POST", configMap("last", { set: "in" }));
        });
        const mirrored = await mirror(selector, cuts, written);
        const { items } = (await request(`${server.url}${path}?${selector}`)).body;
        const listed = items.map(
          (item: { metadata: { name: string; resourceVersion: string } }) => [
            item.metadata.name,
            item.metadata.resourceVersion,
          ],
        );
        expect(mirrored).toEqual(new Map(listed));
        await request(`${server.url}${path}`, "DELETE");
      },
    ),
    { numRuns: soak ? 1000 : 25 },
  );
});
