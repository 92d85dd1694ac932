import { get } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiServer } from "../contract.ts";
import { createApiServer } from "../server.ts";
import { configMap, request } from "../testing.ts";

const path = "/api/v1/namespaces/default/configmaps";
let server: ApiServer;

beforeAll(async () => {
  server = createApiServer();
  await server.listen({ host: "127.0.0.1", port: 0 });
  for (let index = 0; index < 25; index += 1) {
    server.objects.create(
      configMap(`item-${String(index).padStart(2, "0")}`, {
        parity: index % 2 === 0 ? "even" : "odd",
      }),
    );
  }
});

afterAll(() => server.close());

function names(body: { items: { metadata: { name: string } }[] }): string[] {
  return body.items.map(({ metadata }) => metadata.name);
}

describe("paged lists", () => {
  it("show one state over all pages while writes go on", async () => {
    const expected = names((await request(`${server.url}${path}`)).body);
    const first = await request(`${server.url}${path}?limit=10`);
    expect(first.body.metadata.remainingItemCount).toBe(15);
    const seen = names(first.body);
    let page = first.body;
    let round = 0;
    while (page.metadata.continue) {
      server.objects.create(configMap(`item-05-new-${round}`));
      server.objects.delete({ apiVersion: "v1", kind: "ConfigMap", name: `item-2${round}` });
      round += 1;
      page = (await request(`${server.url}${path}?limit=10&continue=${page.metadata.continue}`))
        .body;
      expect(page.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
      seen.push(...names(page));
    }
    expect(round).toBe(2);
    expect(seen).toEqual(expected);
    for (let index = 0; index < round; index += 1) {
      server.objects.delete({ apiVersion: "v1", kind: "ConfigMap", name: `item-05-new-${index}` });
      server.objects.create(
        configMap(`item-2${index}`, { parity: index % 2 === 0 ? "even" : "odd" }),
      );
    }
  });

  it("page through a selection and leave out the count", async () => {
    const selector = "labelSelector=parity%3Deven";
    const first = await request(`${server.url}${path}?${selector}&limit=12`);
    expect(first.body.metadata.remainingItemCount).toBeUndefined();
    const second = await request(
      `${server.url}${path}?${selector}&limit=12&continue=${first.body.metadata.continue}`,
    );
    expect(names(first.body)).toHaveLength(12);
    expect(names(second.body)).toEqual(["item-24"]);
    expect(second.body.metadata.continue).toBeUndefined();
  });

  it("expire with 410 once their state is compacted", async () => {
    const first = await request(`${server.url}${path}?limit=10`);
    server.objects.create(configMap("later"));
    server.compact();
    const next = await request(
      `${server.url}${path}?limit=10&continue=${first.body.metadata.continue}`,
    );
    expect(next).toMatchObject({ code: 410, body: { reason: "Expired", code: 410 } });
    server.objects.delete({ apiVersion: "v1", kind: "ConfigMap", name: "later" });
  });
});

describe("resourceVersion of lists", () => {
  it("shows the past with Exact and the present with NotOlderThan", async () => {
    const before = server.revision;
    server.objects.create(configMap("newest"));
    const exact = await request(
      `${server.url}${path}?resourceVersion=${before}&resourceVersionMatch=Exact`,
    );
    const notOlder = await request(
      `${server.url}${path}?resourceVersion=${before}&resourceVersionMatch=NotOlderThan`,
    );
    expect(names(exact.body)).not.toContain("newest");
    expect(exact.body.metadata.resourceVersion).toBe(String(before));
    expect(names(notOlder.body)).toContain("newest");
    server.objects.delete({ apiVersion: "v1", kind: "ConfigMap", name: "newest" });
  });

  it.each([
    ["resourceVersionMatch=Exact", 422],
    ["resourceVersion=1&resourceVersionMatch=Latest", 422],
    ["resourceVersion=0&resourceVersionMatch=Exact", 422],
    ["resourceVersion=one", 400],
    ["resourceVersion=999999", 504],
    ["resourceVersion=1&resourceVersionMatch=Exact", 410],
    ["continue=nonsense", 400],
    ["limit=-1", 400],
    ["labelSelector=a%3Db%3Dc", 400],
    ["fieldSelector=spec.x%3Db", 400],
    ["sendInitialEvents=true", 422],
  ])("?%s is answered with %i", async (query, code) => {
    server.compact();
    const answer = await request(`${server.url}${path}?${query}`);
    expect(answer).toMatchObject({ code, body: { kind: "Status", status: "Failure", code } });
  });
});

describe("what a list looks like", () => {
  it("names the kind once and leaves it out of the items", async () => {
    const { body } = await request(`${server.url}/api/v1/namespaces`);
    expect(body).toMatchObject({ kind: "NamespaceList", apiVersion: "v1" });
    expect(body.items[0]).toMatchObject({
      metadata: { name: "default" },
      status: { phase: "Active" },
    });
    expect(body.items[0]).not.toHaveProperty("kind");
  });

  it("covers all namespaces or one, by fields too", async () => {
    const all = await request(`${server.url}/api/v1/services`);
    const one = await request(`${server.url}/api/v1/namespaces/kube-system/services`);
    const byField = await request(
      `${server.url}/api/v1/services?fieldSelector=metadata.name%3Dkubernetes`,
    );
    expect(names(all.body)).toEqual(["kubernetes", "kube-dns"]);
    expect(names(one.body)).toEqual(["kube-dns"]);
    expect(names(byField.body)).toEqual(["kubernetes"]);
  });
});

describe("compression", () => {
  const list = (encoding: string) =>
    new Promise<readonly [string | undefined, Buffer]>((resolve, reject) => {
      const headers = { "accept-encoding": encoding };
      get(`${server.url}${path}?fieldSelector=metadata.name=large`, { headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve([response.headers["content-encoding"], Buffer.concat(chunks)]),
        );
      }).on("error", reject);
    });

  it("is for large lists and for clients that take it", async () => {
    expect((await list("gzip"))[0]).toBeUndefined();
    server.objects.create(configMap("large", {}, { text: "x".repeat(200_000) }));
    const [encoding, compressed] = await list("deflate, gzip");
    const [none, plain] = await list("identity");
    expect([encoding, none]).toEqual(["gzip", undefined]);
    expect(compressed.length).toBeLessThan(plain.length / 10);
    expect(gunzipSync(compressed)).toEqual(plain);
  });
});
