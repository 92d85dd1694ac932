import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { readSysctl, writeSysctl } from "../sysctl.ts";
import { createAnonymousNamespace } from "./anonymous.ts";
import { inNamespace, openNamespace, withNamespace } from "./enter.ts";
import { createNamespace, deleteNamespace, namespaceNames, namespacePath } from "./named.ts";
import { tcpSocketIn } from "./tcp-socket.ts";

const name = `fl-ns-${process.pid}`;
const ownIdentity = (): string => {
  const namespace = openNamespace("/proc/thread-self/ns/net");
  namespace.close();
  return namespace.identity;
};

afterEach(() => {
  if (namespaceNames().includes(name)) deleteNamespace(name);
});

describeWhere(["namespaces"], "named namespaces", () => {
  test("are those of ip netns, and the thread is back where it was", () => {
    const before = ownIdentity();
    expect(createNamespace(name)).toBe(`/run/netns/${name}`);
    expect(ownIdentity()).toBe(before);
    expect(namespaceNames()).toContain(name);
    const links = execFileSync("ip", ["-n", name, "-o", "link"], { encoding: "utf8" });
    expect(links).toContain("lo:");
    execFileSync("ip", ["netns", "delete", name]);
    expect(namespaceNames()).not.toContain(name);
    execFileSync("ip", ["netns", "add", name]);
    deleteNamespace(name);
    expect(execFileSync("ip", ["netns"], { encoding: "utf8" })).not.toContain(name);
  });

  test("there is one of a name", () => {
    createNamespace(name);
    const { identity } = openAndClose(name);
    expect(() => createNamespace(name)).toThrow("EEXIST");
    expect(openAndClose(name).identity).toBe(identity);
  });

  test.each(["", ".", "..", "a/b"])("%j is no name", (wrong) => {
    expect(() => createNamespace(wrong)).toThrow("EINVAL");
  });

  test("one that is not there", () => {
    expect(() => deleteNamespace(name)).toThrow(`delete the network namespace /run/netns/${name}`);
    expect(() => openNamespace(namespacePath(name))).toThrow("ENOENT");
    expect(() => openNamespace("/proc/self/status")).not.toThrow();
    expect(() => inNamespace("/proc/self/status", () => 1)).toThrow("setns: EINVAL");
  });
});

function openAndClose(named: string) {
  const namespace = openNamespace(namespacePath(named));
  namespace.close();
  return namespace;
}

describeWhere(["namespaces"], "a namespace without a name", () => {
  test("is empty, another one, and what is started in it stays there", async () => {
    const before = ownIdentity();
    const namespace = createAnonymousNamespace();
    expect(namespace.identity).not.toBe(before);
    expect(ownIdentity()).toBe(before);
    expect(withNamespace(namespace, () => Object.keys(networkInterfaces()))).toEqual([]);
    const child = withNamespace(namespace, () => spawn("cat"));
    const childs = openNamespace({ pid: child.pid ?? 0 });
    expect(childs.identity).toBe(namespace.identity);
    childs.close();
    namespace.close();
    child.stdin.end();
    await once(child, "exit");
  });
});

describeWhere(["namespaces"], "in a namespace", () => {
  test("its links are seen, and the thread's own again afterwards", () => {
    const path = createNamespace(name);
    const here = Object.keys(networkInterfaces());
    const namespace = openNamespace(path);
    expect(withNamespace(namespace, ownIdentity)).toBe(namespace.identity);
    expect(withNamespace(namespace, () => Object.keys(networkInterfaces()))).toEqual([]);
    expect(Object.keys(networkInterfaces())).toEqual(here);
    namespace.close();
    namespace.close();
  });

  test("an error inside leads back, and promises are refused", () => {
    const path = createNamespace(name);
    const before = ownIdentity();
    const fail = (): never => {
      throw new RangeError("inside");
    };
    expect(() => inNamespace(path, fail)).toThrow(RangeError);
    expect(ownIdentity()).toBe(before);
    expect(() => inNamespace(path, async () => 1)).toThrow(TypeError);
    expect(ownIdentity()).toBe(before);
  });

  test("a process's namespace is that of its pid, and outlives its name", () => {
    createNamespace(name);
    const held = openNamespace(namespacePath(name));
    const mine = openNamespace({ pid: process.pid });
    expect(mine.identity).toBe(ownIdentity());
    deleteNamespace(name);
    expect(withNamespace(held, ownIdentity)).toBe(held.identity);
    held.close();
    mine.close();
  });

  test("a worker that starts meanwhile elsewhere is not touched", async () => {
    const path = createNamespace(name);
    const worker = new Worker(
      `const { readlinkSync } = require("node:fs");
       require("node:worker_threads").parentPort.postMessage(readlinkSync("/proc/thread-self/ns/net"));`,
      { eval: true },
    );
    inNamespace(path, () => ownIdentity());
    const [link] = await once(worker, "message");
    expect(ownIdentity()).toContain(String(link).replace(/\D/g, ""));
    await worker.terminate();
  });
});

describeWhere(["namespaces"], "sysctls", () => {
  test("are of the namespace", () => {
    const path = createNamespace(name);
    const here = readSysctl("net.ipv4.ip_forward");
    for (const value of ["1", "0"]) {
      writeSysctl("net.ipv4.ip_forward", value, path);
      expect(readSysctl("net.ipv4.ip_forward", path)).toBe(value);
      expect(readSysctl("net.ipv4.ip_forward")).toBe(here);
    }
  });

  test("an interface's name may have dots", () => {
    const path = createNamespace(name);
    execFileSync("ip", ["-n", name, "link", "add", "a.b", "type", "bridge"]);
    for (const key of ["net/ipv4/conf/a.b/forwarding", "net.ipv4.conf.a/b.forwarding"]) {
      writeSysctl(key, "1", path);
      expect(readSysctl(key, path)).toBe("1");
    }
  });

  test.each([
    { key: "net.ipv4.conf.none.forwarding", value: "1", says: "ENOENT (this kernel has no" },
    { key: "net.ipv4.ip_forward", value: "some", says: 'to "some" in' },
    { key: "net.ipv4.ip_forward", value: "some", says: "EINVAL (the key does not take" },
    { key: "net..x", value: "1", says: "EINVAL" },
    { key: "net/../kernel/hostname", value: "1", says: "EINVAL" },
  ])("$key = $value: $says", ({ key, value, says }) => {
    const path = createNamespace(name);
    expect(() => writeSysctl(key, value, path)).toThrow(says);
  });
});

describeWhere(["namespaces"], "a TCP socket of a namespace", () => {
  test.each([
    { family: 4, host: "127.0.0.1" },
    { family: 6, host: "::1" },
  ] as const)("reaches what listens there, over IPv$family", async ({ family, host }) => {
    const path = createNamespace(name);
    execFileSync("ip", ["-n", name, "link", "set", "lo", "up"]);
    const script = `const server = require("node:net").createServer((one) => one.end("from there"));
      server.listen(0, "${host}", () => console.log(server.address().port));`;
    const child = inNamespace(path, () => spawn(process.execPath, ["-e", script]));
    try {
      const [port] = await once(child.stdout, "data");
      const socket = tcpSocketIn(path, family);
      socket.connect({ host, port: Number(port) });
      expect(await text(socket)).toBe("from there");
    } finally {
      child.kill();
      await once(child, "exit");
    }
  });

  test("needs a namespace that is there", () => {
    expect(() => tcpSocketIn(namespacePath(name), 4)).toThrow("ENOENT");
  });
});
