import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { run } from "./apiserver.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fairlead-apiserver-"));
});

afterEach(() => rm(directory, { recursive: true }));

function io() {
  const stop = new AbortController();
  const out: string[] = [];
  const err: string[] = [];
  const line = Promise.withResolvers<string>();
  return {
    env: {},
    stdout: { write: (text: string) => line.resolve(text) ?? out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    stop: stop.signal,
    abort: () => stop.abort(),
    line: line.promise,
    out,
    err,
  };
}

describe("fairlead apiserver", () => {
  it("serves manifests on a free port until it is told to stop", async () => {
    const file = join(directory, "a.yaml");
    const kubeconfig = join(directory, "kubeconfig");
    await writeFile(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n");
    const process = io();
    const flags = ["--insecure-http", "--listen", "127.0.0.1:0", "--manifests", directory];
    const status = run([...flags, "--write-kubeconfig", kubeconfig], process);
    const said = await process.line;
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "";
    expect(said).toContain("with 1 objects");
    const answer = await fetch(`${url}/api/v1/namespaces/default/configmaps/a`);
    expect(answer.status).toBe(200);
    expect(await readFile(kubeconfig, "utf8")).toContain(`server: ${url}`);
    process.abort();
    expect(await status).toBe(0);
    await expect(fetch(url)).rejects.toThrowError();
  });

  it("serves TLS, and keeps its authority and its clients over a restart", async () => {
    const [certificates, kubeconfig, account] = ["pki", "kubeconfig", "account"].map((name) =>
      join(directory, name),
    );
    const flags = ["--listen", "127.0.0.1:0", "--cert-dir", certificates];
    const first = io();
    const writing = ["--write-kubeconfig", kubeconfig, "--write-service-account", account];
    const firstStatus = run([...flags, ...writing], first);
    await first.line;
    first.abort();
    expect(await firstStatus).toBe(0);
    const second = io();
    const secondStatus = run(flags, second);
    const url = /https:\/\/127\.0\.0\.1:\d+/.exec(await second.line)?.[0] ?? "";
    const { users, clusters } = parse(await readFile(kubeconfig, "utf8"));
    const decode = (base64: string) => Buffer.from(base64, "base64");
    const certificate = {
      ca: decode(clusters[0].cluster["certificate-authority-data"]),
      cert: decode(users[0].user["client-certificate-data"]),
      key: decode(users[0].user["client-key-data"]),
    };
    const token = await readFile(join(account, "token"), "utf8");
    const bearer = {
      ca: await readFile(join(account, "ca.crt")),
      headers: { authorization: `Bearer ${token}` },
    };
    expect(await readFile(join(account, "namespace"), "utf8")).toBe("kube-system");
    for (const options of [certificate, bearer]) {
      const [response] = await once(get(`${url}/api/v1/namespaces`, options), "response");
      response.resume();
      expect(response.statusCode).toBe(200);
    }
    second.abort();
    expect(await secondStatus).toBe(0);
  });

  it.each([
    [
      "with certificates for plain HTTP",
      ["--insecure-http", "--cert-dir", "."],
      /leave --insecure-http out/,
    ],
    [
      "with a pool and no cluster",
      ["--insecure-http", "--load-balancer-pool", "192.0.2.0/24"],
      /give --cluster-cidr as well/,
    ],
    [
      "with a mask that leaves no shares",
      ["--insecure-http", "--cluster-cidr", "10.0.0.0/16", "--node-cidr-mask-size", "8"],
      /node CIDR mask 8 leaves no shares/,
    ],
    [
      "without the kubelets' token",
      ["--insecure-http", "--cluster-cidr", "10.0.0.0/16", "--kubelet-token-file", "/nowhere"],
      /kubelets' token cannot be read: \/nowhere/,
    ],
    [
      "with an empty directory",
      ["--insecure-http", "--listen", "127.0.0.1:0", "--manifests", "."],
      /holds no \.yaml/,
    ],
    [
      "with a bad CIDR",
      ["--insecure-http", "--service-cluster-ip-range", "10.0.0.0"],
      /service CIDR '10\.0\.0\.0'/,
    ],
    [
      "on a foreign address",
      ["--insecure-http", "--listen", "192.0.2.1:0"],
      /cannot listen on 192\.0\.2\.1/,
    ],
  ])("refuses to start %s", async (_name, flags, message) => {
    const args = flags.map((flag) => (flag === "." ? directory : flag));
    await expect(run(args, io())).rejects.toThrowError(message);
  });

  it.each([
    ["--listen", "here"],
    ["--listen", "127.0.0.1:70000"],
    ["--node-monitor-grace-period", "soon"],
    ["--kubelet-port", "http"],
    ["--wrong", ""],
  ])("answers 2 to %s %s", async (...flags) => {
    expect(await run(flags, io())).toBe(2);
  });
});
