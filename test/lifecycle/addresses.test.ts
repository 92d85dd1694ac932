import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { questionBytes } from "#test/conformance/question.ts";
import { type Capability, describeWhere, lacking } from "#test/support/capabilities.ts";
import { brief, local, transports } from "./ask.ts";
import { ports } from "./ports.ts";
import { manifests, serve } from "./running.ts";

/** Asks from an unconnected socket, which hears answers from anywhere; resolves to where it came from. */
async function answeredFrom(host: string, port: number, question: string): Promise<string> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    const answer = once(socket, "message", { signal: AbortSignal.timeout(10_000) });
    socket.send(questionBytes(question), port, host);
    const [, { address }] = await answer;
    return address;
  } finally {
    socket.close();
  }
}

/** UDP sockets bound to the port, by the kernel's own list (proc(5), /proc/net/udp). */
function udpSockets(port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["udp", "udp6"].flatMap((file) =>
    readFileSync(`/proc/net/${file}`, "latin1")
      .split("\n")
      .filter((line) => line.trim().split(/\s+/)[1]?.endsWith(suffix)),
  ).length;
}

const kubernetes = (port: number, directory: string, rest = ""): string =>
  `cluster.local:${port} {\n ${rest}\n kubernetes cluster.local {\n  manifests ${directory}\n  pods insecure\n }\n}`;
/** One takes the fast path, one the plugin chain. */
const questions = ["svc1.$ A", "10-240-0-1.podns.pod.@ A"];

describeWhere(["linux"], "addresses", () => {
  test("without bind every address answers, and the reply comes from the one that was asked", async () => {
    const [port = 0] = await ports(1);
    await serve(kubernetes(port, manifests().path));
    const hosts = ["127.0.0.1", "127.0.0.2", ...(lacking("ipv6") === undefined ? ["::1"] : [])];
    for (const host of hosts) {
      for (const question of questions) expect(await answeredFrom(host, port, question)).toBe(host);
      expect(await brief(local(port, host), "svc1.$ A", "tcp")).toBe("NOERROR 10.0.0.100");
    }
  });

  test.for<{ bind: string; answers: string[]; silent: string[]; needs?: Capability[] }>([
    { bind: "127.0.0.2", answers: ["127.0.0.2"], silent: ["127.0.0.1"] },
    { bind: "127.0.0.1 127.0.0.3", answers: ["127.0.0.1", "127.0.0.3"], silent: ["127.0.0.2"] },
    { bind: "::1", answers: ["::1"], silent: ["127.0.0.1"], needs: ["ipv6"] },
  ])(
    "bind $bind answers there and nowhere else",
    async ({ bind, answers, silent, needs = [] }, { skip }) => {
      const reason = lacking(...needs);
      if (reason !== undefined) skip(reason);
      const [port = 0] = await ports(1);
      await serve(kubernetes(port, manifests().path, `bind ${bind}`));
      for (const over of transports) {
        for (const host of answers)
          expect(await brief(local(port, host), "svc1.$ A", over)).toBe("NOERROR 10.0.0.100");
        for (const host of silent)
          expect(await brief(local(port, host), "svc1.$ A", over)).toBe("nothing");
      }
    },
  );

  test.each([1, 3])("multisocket %i opens as many UDP sockets, and each answers", async (count) => {
    const [port = 0] = await ports(1);
    await serve(kubernetes(port, manifests().path, `bind 127.0.0.1\n multisocket ${count}`));
    expect(udpSockets(port)).toBe(count);
    // Every query comes from a port of its own; the kernel spreads them.
    const answers = Array.from({ length: 40 }, (_, index) =>
      brief(local(port), questions[index % 2] ?? ""),
    );
    expect(new Set(await Promise.all(answers))).toEqual(
      new Set(["NOERROR 10.0.0.100", "NOERROR 10.240.0.1"]),
    );
  });

  test("two blocks on one port answer for their own zones", async () => {
    const [port = 0] = await ports(1);
    const blocks = `${kubernetes(port, manifests().path, "bind 127.0.0.1")}\nexample.org:${port} {\n bind 127.0.0.1\n whoami\n}`;
    await serve(blocks);
    for (const over of transports) {
      expect(await brief(local(port), "svc1.$ A", over)).toBe("NOERROR 10.0.0.100");
      expect(await brief(local(port), "www.example.org. A", over)).toBe("NOERROR");
      expect(await brief(local(port), "www.example.com. A", over)).toBe("REFUSED");
    }
  });
});
