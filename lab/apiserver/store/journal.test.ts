import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApiServer } from "../server.ts";
import { brief, configMap, request, WatchReader } from "../testing.ts";
import { Journal } from "./journal.ts";
import { entryLine, headerLine, parseJournal } from "./journal-format.ts";
import { Store } from "./store.ts";

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fairlead-store-"));
  file = join(directory, "store");
});

afterEach(() => rm(directory, { recursive: true }));

const place = { collection: "configmaps", key: "default/a" };
const object = JSON.stringify(configMap("a"));

describe("a store's file", () => {
  it("is a state and the writes since", () => {
    const text = [
      headerLine(7),
      entryLine({ ...place, revision: 5 }, object),
      entryLine({ ...place, revision: 8 }, undefined),
    ].join("");
    expect(parseJournal(Buffer.from(`${text}{"revis`), file)).toEqual({
      revision: 7,
      state: [{ ...place, revision: 5, object: configMap("a") }],
      writes: [{ ...place, revision: 8, object: undefined }],
      sizeBytes: text.length,
    });
  });

  it.each([
    ["", "store:1: the line is no JSON object"],
    ["hello\n", "store:1: the line is no JSON object"],
    ["{}\n", "store:1: the file does not begin as a store does"],
    [headerLine(1).replace(":1,", ":2,"), "store:1: version 2 is unknown"],
    [`${headerLine(1)}nonsense\n`, "store:2: the line is no JSON object"],
    [`${headerLine(1)}{"revision":2}\n`, "store:2: a write has a revision, a collection and a key"],
    [headerLine(1) + entryLine({ ...place, revision: 3 }, "[]"), "store:2: its object is none"],
    [
      headerLine(1) +
        entryLine({ ...place, revision: 3 }, object) +
        entryLine({ ...place, revision: 3 }, object),
      "store:3: revision 3 is behind 3",
    ],
  ])("is refused as %j", async (text, message) => {
    await writeFile(file, text);
    expect(() => createApiServer({ storeFile: file })).toThrowError(
      expect.objectContaining({ code: "FL-A005", message: expect.stringContaining(message) }),
    );
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("is refused where it cannot be written", () => {
    const storeFile = join(directory, "missing", "store");
    expect(() => createApiServer({ storeFile })).toThrowError(
      /store's file cannot be used: ENOENT/,
    );
  });

  it("begins anew with the state once the writes are longer than that", async () => {
    const open = () => {
      const store = new Store({ historyEvents: 100, initialRevision: 0 });
      const { journal, content } = Journal.open(file, 0, 2000);
      store.restore(journal, content);
      return { store, journal, things: store.collection("things") };
    };
    const first = open();
    const thing = (name: string) => ({ apiVersion: "v1", kind: "Thing", metadata: { name } });
    for (let round = 0; round < 200; round += 1)
      first.store.put(first.things, `key-${round % 3}`, thing(`${round}`));
    const gone = first.things.get("key-0");
    if (gone !== undefined) first.store.remove(first.things, gone);
    first.journal.close();
    expect((await stat(file)).size).toBeLessThan(5000);
    await appendFile(file, '{"revision":999,"coll');
    const second = open();
    expect(second.store.revision).toBe(201);
    const kept = second.things.range().map(({ key, revision }) => [key, revision]);
    expect(kept).toEqual([
      ["key-1", 200],
      ["key-2", 198],
    ]);
    // What was compacted is not known any more, what came later is.
    expect(second.things.rangeAt(3)).toBe("compacted");
    expect(second.things.rangeAt(200)).toHaveLength(3);
    second.store.put(second.things, "key-9", thing("9"));
    second.journal.close();
    expect(open().things.get("key-9")?.revision).toBe(202);
  });
});

describe("a server with a store's file", () => {
  it("goes on where it was: objects, revisions, allocations, custom resources, watches", async () => {
    const first = createApiServer({ storeFile: file });
    await first.settled();
    const metadata = { name: "web", namespace: "default" };
    const spec = { ports: [{ port: 80 }], type: "NodePort" };
    const service = first.objects.create({ apiVersion: "v1", kind: "Service", metadata, spec });
    const from = first.revision;
    first.objects.create(configMap("a"));
    first.objects.create(configMap("b"));
    first.objects.delete({ apiVersion: "v1", kind: "ConfigMap", name: "a" });
    await first.settled();
    const { revision } = first;
    await first.close();

    const second = createApiServer({ storeFile: file });
    await second.settled();
    expect(second.revision).toBe(revision);
    const reference = { apiVersion: "v1", kind: "Service", ...metadata };
    expect(second.objects.get(reference)?.text).toBe(service.text);
    const taken = { ...metadata, name: "other" };
    expect(() =>
      second.objects.create({ ...service.object, metadata: taken, status: {} }),
    ).toThrowError(/already allocated/);
    await second.listen({ host: "127.0.0.1", port: 0 });
    const maps = `${second.url}/api/v1/namespaces/default/configmaps`;
    const watch = await WatchReader.open(`${maps}?watch=true&resourceVersion=${from}`);
    expect(brief(await watch.take(3))).toEqual(["ADDED a", "ADDED b", "DELETED a"]);
    await watch.close();
    expect((await request(`${maps}/b`)).code).toBe(200);
    await second.close();
  });
});
