import { once } from "node:events";
import { get, request as httpsRequest } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiServer } from "../contract.ts";
import { createAuthority } from "../security/authority.ts";
import { createApiServer } from "../server.ts";
import { request } from "../testing.ts";

let server: ApiServer;
let deployment: string;

beforeAll(async () => {
  server = createApiServer();
  await server.listen({ host: "127.0.0.1", port: 0 });
  const labels = { app: "web" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "web" }] } };
  server.objects.create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { selector: { matchLabels: labels }, template },
  });
  deployment = `${server.url}/apis/apps/v1/namespaces/default/deployments/web`;
});

afterAll(() => server.close());

describe("scale", () => {
  it("shows and sets the number of replicas", async () => {
    const { body: shown } = await request(`${deployment}/scale`);
    expect(shown).toMatchObject({
      apiVersion: "autoscaling/v1",
      kind: "Scale",
      metadata: { name: "web", namespace: "default" },
      spec: { replicas: 1 },
      status: { replicas: 0, selector: "app=web" },
    });
    const put = await request(`${deployment}/scale`, "PUT", { ...shown, spec: { replicas: 3 } });
    expect([put.code, put.body.spec.replicas]).toEqual([200, 3]);
    const patch = { spec: { replicas: 0 } };
    const patched = await request(
      `${deployment}/scale`,
      "PATCH",
      patch,
      "application/merge-patch+json",
    );
    expect(patched.body.spec.replicas).toBe(0);
    expect((await request(deployment)).body.spec.replicas).toBe(0);
    const stale = await request(`${deployment}/scale`, "PUT", shown);
    expect(stale).toMatchObject({ code: 409, body: { reason: "Conflict" } });
  });

  it.each([
    ["DELETE", undefined, 405],
    ["PUT", { metadata: { name: "other" }, spec: { replicas: 1 } }, 400],
    ["PUT", { metadata: { name: "web" }, spec: { replicas: "1" } }, 400],
  ])("answers %s of %j with %s", async (method, body, code) => {
    expect((await request(`${deployment}/scale`, method, body)).code).toBe(code);
  });

  it("is not for what has no replicas", async () => {
    const pods = `${server.url}/api/v1/namespaces/default/pods`;
    expect((await request(`${pods}/web/scale`)).code).toBe(404);
    expect((await request(`${deployment}/nothing`)).code).toBe(404);
  });
});

describe("reviews", () => {
  it("tell who asks and what they may", async () => {
    const self = `${server.url}/apis/authentication.k8s.io/v1/selfsubjectreviews`;
    const access = `${server.url}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`;
    expect(await request(self, "POST", {})).toMatchObject({
      code: 201,
      body: { kind: "SelfSubjectReview", status: { userInfo: { username: "system:unsecured" } } },
    });
    expect(await request(access, "POST", { spec: {} })).toMatchObject({
      code: 201,
      body: { status: { allowed: true } },
    });
    expect((await request(self)).code).toBe(405);
  });
});

describe("tokens of service accounts", () => {
  const account = "/api/v1/namespaces/kube-system/serviceaccounts/default";

  it("are there only where someone asks for them", async () => {
    expect((await request(`${server.url}${account}/token`, "POST", {})).code).toBe(404);
  });

  it("are signed for the time asked for, and get in", async () => {
    const authority = createAuthority();
    const secure = createApiServer({ authority });
    await secure.listen({ host: "127.0.0.1", port: 0 });
    await secure.settled();
    const ca = authority.caCertificate;
    const first = authority.issueToken({ namespace: "kube-system", name: "default" });
    const asking = httpsRequest(`${secure.url}${account}/token`, {
      ca,
      method: "POST",
      headers: { authorization: `Bearer ${first}` },
    });
    const pod = secure.objects.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", namespace: "kube-system" },
      spec: { containers: [{ name: "c", image: "x:1" }] },
    }).object;
    const boundObjectRef = { apiVersion: "v1", kind: "Pod", name: "p", uid: pod.metadata.uid };
    asking.end(JSON.stringify({ spec: { expirationSeconds: 1200, boundObjectRef } }));
    const [answer] = await once(asking, "response");
    let text = "";
    for await (const piece of answer) text += piece;
    const { status, spec } = JSON.parse(text);
    const claims = JSON.parse(Buffer.from(status.token.split(".")[1], "base64url").toString());
    expect([answer.statusCode, spec.expirationSeconds, claims.exp - claims.iat]).toEqual([
      201, 1200, 1200,
    ]);
    expect(claims["kubernetes.io"].pod).toEqual({ name: "p", uid: pod.metadata.uid });
    const headers = { authorization: `Bearer ${status.token}` };
    const [listed] = await once(get(`${secure.url}/api/v1/pods`, { ca, headers }), "response");
    listed.resume();
    expect(listed.statusCode).toBe(200);
    await secure.close();
  });
});
