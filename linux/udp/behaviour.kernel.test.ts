import { expect, onTestFinished, test } from "vitest";
import { type Capability, describeWhere, lacking } from "#test/support/capabilities.ts";
import { type DatagramSocketOptions, SLOT_BYTES } from "../contract.ts";
import { encodeOrigin } from "./origin.ts";
import { Client } from "./testing/client.ts";
import { type EchoServer, type Transport, transports } from "./testing/transports.ts";

/** What a row may use; everything that it opens is closed when the test ends. */
interface Bench {
  readonly transport: Transport;
  start(options?: Partial<DatagramSocketOptions>, name?: string): Promise<EchoServer>;
  /** Another client of the server, by default at the address it listens on. */
  client(server: EchoServer, address?: string): Promise<Client>;
}

interface Row {
  readonly name: string;
  readonly needs?: readonly Capability[];
  /** Why node:dgram cannot do it. */
  readonly notOnDgram?: string;
  run(bench: Bench): Promise<void>;
}

const noPktinfo = "node:dgram does not report the address a datagram was sent to";

const rows: readonly Row[] = [
  {
    name: "many datagrams from many client ports come back, each to its sender",
    run: async ({ start, client }) => {
      const server = await start();
      const texts = Array.from({ length: 40 }, (_, index) => `datagram ${index}`);
      const clients = await Promise.all(Array.from({ length: 24 }, () => client(server)));
      const answers = await Promise.all(
        clients.map((each) => each.ask(texts.map((text) => `${text} of ${each.port}`))),
      );
      for (const [index, { port }] of clients.entries())
        expect(answers[index]?.sort()).toEqual(texts.map((text) => `${text} of ${port}`).sort());
    },
  },
  {
    name: "a queue longer than a batch is answered in full and in order",
    run: async ({ start, client }) => {
      const one = await client(await start());
      const texts = Array.from({ length: 150 }, (_, index) => `queued ${index}`);
      expect(await one.ask(["stall", ...texts])).toEqual(["stall", ...texts]);
    },
  },
  {
    name: "an empty datagram is one like any other",
    run: async ({ start, client }) => {
      const one = await client(await start());
      expect(await one.ask(["", "next", ""])).toEqual(["", "next", ""]);
    },
  },
  {
    name: "answers have their own lengths, and a handler may give none",
    run: async ({ start, client }) => {
      const one = await client(await start());
      const grown = `grow ${SLOT_BYTES}`;
      const questions = ["stall", "silent a", "first 7 bytes", grown, "silent", "first 0", "end"];
      const answers = await one.ask(questions, 5);
      expect(answers.map(({ length }) => length)).toEqual([5, 7, SLOT_BYTES, 0, 3]);
      expect([answers[1], answers[2]?.slice(0, 9), answers[4]]).toEqual(["first 7", grown, "end"]);
    },
  },
  {
    name: "a datagram longer than its slot is cut and says so",
    run: async ({ start, client }) => {
      const one = await client(await start());
      const sized = (length: number): string => "describe ".padEnd(length, "x");
      const answers = await one.ask([SLOT_BYTES, SLOT_BYTES + 1, 20_000, 9].map(sized));
      expect(answers.map((text) => JSON.parse(text))).toEqual([
        { length: SLOT_BYTES, truncated: false },
        { length: SLOT_BYTES, truncated: true },
        { length: SLOT_BYTES, truncated: true },
        { length: 9, truncated: false },
      ]);
    },
  },
  ...[
    { listen: "127.0.0.1", target: "127.0.0.1", shown: "127.0.0.1", family: 4 },
    { listen: "0.0.0.0", target: "127.0.0.1", shown: "127.0.0.1", family: 4 },
    { listen: "::1", target: "::1", shown: "::1", family: 6 },
    { listen: "::", target: "::1", shown: "::1", family: 6 },
    { listen: "::", target: "127.0.0.1", shown: "127.0.0.1", family: 4 },
  ].map(
    ({ listen, target, shown, family }): Row => ({
      name: `${listen} hears ${target}, now and late, and knows the sender as ${shown}`,
      needs: listen.includes(":") ? ["ipv6"] : [],
      run: async ({ start, client }) => {
        const server = await start({ address: listen });
        const one = await client(server, target);
        const who = JSON.stringify({ family, address: shown, port: one.port });
        const seen = await one.ask(["who", "family", "plain"]);
        expect(seen).toEqual([who, `${family}`, "plain"]);
        expect(await one.ask(["late"])).toEqual(["late answer to 4 bytes"]);
      },
    }),
  ),
  ...["0.0.0.0", "::"].map(
    (listen): Row => ({
      name: `${listen} answers from the address that was asked, now and late`,
      needs: listen === "::" ? ["ipv6"] : [],
      notOnDgram: noPktinfo,
      run: async ({ start, client }) => {
        const server = await start({ address: listen });
        const one = await client(server, "127.0.0.2");
        await one.ask(["plain", "late"]);
        expect(one.answers.map(({ from }) => from)).toEqual(["127.0.0.2", "127.0.0.2"]);
      },
    }),
  ),
  {
    name: "an origin made from an address reaches it",
    run: async ({ start, client }) => {
      const { server } = await start();
      const one = await client({ server, stop: async () => {} });
      const origin = encodeOrigin({ address: "127.0.0.1", port: one.port });
      expect(server.send(origin, Buffer.from("unasked"))).toBe(true);
      await one.waitFor(1);
      expect(one.answers).toEqual([{ text: "unasked", from: "127.0.0.1" }]);
    },
  },
  {
    name: "an answer that cannot be sent is dropped",
    run: async ({ start }) => {
      const { server } = await start();
      const nobody = encodeOrigin({ address: "127.0.0.1", port: 0 });
      expect(server.send(nobody, Buffer.from("to port 0"))).toBe(false);
    },
  },
  {
    name: "a taken port is an error that says whose it is and what to do",
    run: async ({ start }) => {
      const { server } = await start();
      const { port } = server.local;
      await expect(start({ port })).rejects.toMatchObject({
        code: "FL-L002",
        errnoName: "EADDRINUSE",
        call: "bind",
        message: expect.stringContaining(`cannot listen on 127.0.0.1:${port} over UDP`),
      });
    },
  },
  {
    name: "an address of another machine is an error, not a reason to listen elsewhere",
    run: async ({ start }) => {
      await expect(start({ address: "203.0.113.77" })).rejects.toMatchObject({
        code: "FL-L001",
        errnoName: "EADDRNOTAVAIL",
      });
    },
  },
  {
    name: "what is no address is an error",
    run: async ({ start }) => {
      await expect(start({ address: "localhost" })).rejects.toMatchObject({ code: "FL-L004" });
    },
  },
  {
    name: "two sockets share a port and the kernel spreads the clients",
    run: async ({ start, client }) => {
      const first = await start({ reusePort: true }, "first");
      await start({ reusePort: true, port: first.server.local.port }, "second");
      const clients = await Promise.all(Array.from({ length: 64 }, () => client(first)));
      const names = (await Promise.all(clients.map((each) => each.ask(["name"])))).flat();
      expect(names).toHaveLength(64);
      expect([...new Set(names)].sort()).toEqual(['"first"', '"second"']);
    },
  },
  {
    name: "a stopped server frees its port and sends no more",
    run: async ({ start, client }) => {
      const stopped = await start();
      const one = await client(stopped);
      await one.ask(["late"]);
      await stopped.stop();
      const origin = encodeOrigin({ address: "127.0.0.1", port: one.port });
      expect(stopped.server.send(origin, Buffer.from("too late"))).toBe(false);
      await start({ port: stopped.server.local.port });
      expect(await one.ask(["again"])).toEqual(["again"]);
    },
  },
  {
    name: "a server stops under traffic",
    run: async ({ start, client }) => {
      const server = await start();
      const one = await client(server);
      const flood = setInterval(() => one.send(...Array<string>(50).fill("flood")), 1);
      onTestFinished(() => clearInterval(flood));
      await one.waitFor(500);
      await server.stop();
    },
  },
];

for (const transport of transports) {
  describeWhere(transport.name === "batched" ? ["batchedSockets"] : [], transport.name, () => {
    test.for(rows)("$name", async ({ needs = [], notOnDgram, run }, { skip }) => {
      const reason = lacking(...needs) ?? (transport.name === "dgram" ? notOnDgram : undefined);
      if (reason !== undefined) skip(reason);
      await run(benchFor(transport));
    });
  });
}

function benchFor(transport: Transport): Bench {
  return {
    transport,
    start: async (options, name = "server") => {
      const defaults = { address: "127.0.0.1", port: 0, reusePort: false, bufferBytes: 1 << 20 };
      const server = await transport.start(name, { ...defaults, ...options });
      let running: Promise<void> | undefined;
      const stop = (): Promise<void> => {
        running ??= server.stop();
        return running;
      };
      onTestFinished(stop);
      return { server: server.server, stop };
    },
    client: async ({ server }, address = server.local.address) => {
      const client = await Client.open(address, server.local.port);
      onTestFinished(() => client.close());
      return client;
    },
  };
}
