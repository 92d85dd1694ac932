import { describe, expect, it } from "vitest";
import { type ConnectionOptions, resolveConnection } from "./connect.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** An exec plugin in JSON, which is YAML as well. */
const exec = (script: string) =>
  JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    command: "sh",
    args: ["-c", script],
  });

const kubeconfig = `
current-context: dev
contexts:
- {name: dev, context: {cluster: here, user: token}}
- {name: files, context: {cluster: files, user: files}}
- {name: rotating, context: {cluster: here, user: tokenFile}}
- {name: nobody, context: {cluster: here}}
- {name: plugin, context: {cluster: here, user: plugin}}
- {name: broken, context: {cluster: here, user: broken}}
- {name: basic, context: {cluster: here, user: basic}}
- {name: proxied, context: {cluster: proxied, user: token}}
- {name: socks, context: {cluster: socks, user: token}}
- {name: tunnelled, context: {cluster: tunnelled, user: token}}
- {name: lost, context: {cluster: none, user: token}}
- {name: odd, context: {cluster: odd, user: token}}
clusters:
- {name: here, cluster: {server: "https://10.0.0.1:6443", certificate-authority-data: ${base64("CA")}, tls-server-name: api}}
- {name: files, cluster: {server: "https://[fd00::1]:6443", certificate-authority: ca.pem, insecure-skip-tls-verify: true}}
- {name: odd, cluster: {server: nowhere}}
- {name: proxied, cluster: {server: "https://api", proxy-url: "http://me:pw@proxy:3128"}}
- {name: socks, cluster: {server: "https://api", proxy-url: "socks5://p"}}
- {name: tunnelled, cluster: {server: "http://api", proxy-url: "http://p"}}
users:
- {name: token, user: {token: secret}}
- {name: tokenFile, user: {tokenFile: /run/token}}
- {name: files, user: {client-certificate: pki/cert.pem, client-key-data: ${base64("KEY")}}}
- {name: basic, user: {username: me, password: pw}}
- {name: plugin, user: {exec: ${exec(`printf '{"status":{"token":"%s","clientCertificateData":"C","clientKeyData":"K"}}' $$`)}}}
- {name: broken, user: {exec: ${exec("echo no luck >&2; exit 1")}}}
`;

const files: Readonly<Record<string, string>> = {
  "/home/me/config": kubeconfig,
  "/home/me/empty": "",
  "/home/me/broken": "a: [",
  "/home/me/ca.pem": "CA file",
  "/home/me/pki/cert.pem": "CERT file",
  "/run/token": "rotated\n",
  "/c.pem": "C",
  "/k.pem": "K",
  "/ca.pem": "A",
  "/var/run/secrets/kubernetes.io/serviceaccount/token": "account\n",
  "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt": "account CA",
};

const readFile = async (file: string) =>
  files[file] ?? Promise.reject(new Error(`ENOENT: ${file}`));

async function resolve(options: ConnectionOptions, env: Readonly<Record<string, string>> = {}) {
  const connection = await resolveConnection(options, { env, readFile });
  const { server, proxy, tls, authorization } = connection;
  return {
    server: server.href,
    proxy: proxy?.href,
    tls: await tls(),
    authorization: await authorization(false),
  };
}

const context = (name?: string, file = "/home/me/config") => ({
  kubeconfig: { file, context: name },
});

describe("a login plugin", () => {
  it("is run once, gives token and certificate, and is run again when the server has refused them", async () => {
    const connection = await resolveConnection(context("plugin"), { env: {}, readFile });
    const [token, again, tls] = await Promise.all([
      connection.authorization(false),
      connection.authorization(false),
      connection.tls(),
    ]);
    expect(token).toMatch(/^Bearer \d+$/);
    expect(again).toBe(token);
    expect(tls).toMatchObject({ ca: "CA", cert: "C", key: "K" });
    expect(await connection.authorization(false)).toBe(token);
    const renewed = await connection.authorization(true);
    expect(renewed).not.toBe(token);
    expect(await connection.authorization(false)).toBe(renewed);
  });
});

describe("resolveConnection", () => {
  const pod = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
  const here = {
    server: "https://10.0.0.1:6443/",
    tls: { ca: "CA", servername: "api", insecure: false },
  };

  it.each<[string, ConnectionOptions, object]>([
    [
      "the service account",
      {},
      { server: "https://[fd00::1]/", tls: { ca: "account CA" }, authorization: "Bearer account" },
    ],
    [
      "an endpoint",
      { endpoint: "http://127.0.0.1:8001" },
      { server: "http://127.0.0.1:8001/", tls: {} },
    ],
    [
      "an endpoint with a client certificate",
      {
        endpoint: "https://api",
        tls: { certFile: "/c.pem", keyFile: "/k.pem", caFile: "/ca.pem" },
      },
      { server: "https://api/", tls: { ca: "A", cert: "C", key: "K" } },
    ],
    ["the current context", context(), { ...here, authorization: "Bearer secret" }],
    [
      "a proxy",
      context("proxied"),
      {
        server: "https://api/",
        proxy: "http://me:pw@proxy:3128/",
        tls: { insecure: false },
        authorization: "Bearer secret",
      },
    ],
    ["a token file", context("rotating"), { ...here, authorization: "Bearer rotated" }],
    ["a context without user", context("nobody"), here],
    [
      "certificates in place and beside the file",
      context("files"),
      {
        server: "https://[fd00::1]:6443/",
        tls: { ca: "CA file", cert: "CERT file", key: "KEY", insecure: true },
      },
    ],
  ])("finds %s", async (_case, options, expected) => {
    expect(await resolve(options, pod)).toEqual(expected);
  });

  it.each<[string, ConnectionOptions, RegExp]>([
    ["nothing to go by", {}, /KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set/],
    ["two ways at once", { endpoint: "http://a", ...context() }, /choose one/],
    [
      "an endpoint that is no URL",
      { endpoint: "127.0.0.1:8001" },
      /endpoint "127\.0\.0\.1:8001" is no http/,
    ],
    ["no such file", context(undefined, "/nowhere"), /kubeconfig \/nowhere: ENOENT/],
    ["an empty file", context(undefined, "/home/me/empty"), /names no current-context/],
    ["a broken file", context(undefined, "/home/me/broken"), /kubeconfig \/home\/me\/broken: /],
    ["no such context", context("prod"), /has no context "prod"/],
    ["no such cluster", context("lost"), /has no cluster "none"/],
    [
      "a server that is no URL",
      context("odd"),
      /cluster "odd" has server "nowhere", which is no URL/,
    ],
    ["a login it cannot do", context("basic"), /user "basic" has username, which is not supported/],
    ["a proxy it cannot use", context("socks"), /proxy-url "socks5:\/\/p": use an http/],
    ["a proxy before plain HTTP", context("tunnelled"), /needs a server with https/],
    [
      "a login plugin that fails",
      context("broken"),
      /the login plugin of context "broken" failed: no luck/,
    ],
  ])("refuses %s", async (_case, options, message) => {
    await expect(resolve(options)).rejects.toMatchObject({
      code: "FL-C004",
      message: expect.stringMatching(message),
    });
  });
});
