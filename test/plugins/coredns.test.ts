/** The same server blocks in Fairlead and in a real CoreDNS, and the same queries to both. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeMessage } from "#dns/wire/decode.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import { exchangeUdp } from "#test/conformance/client.ts";
import { describeWhere, findCoreDns } from "#test/support/capabilities.ts";
import { fairleadCommand } from "#test/support/dns-server.ts";
import { query } from "#test/support/plugin.ts";
import { toZoneText } from "#test/zone-text/zone-text.ts";
import { cases } from "./cases.ts";
import {
  type CaseServer,
  hostOf,
  prepareSurroundings,
  type Surroundings,
  startCases,
} from "./servers.ts";

describeWhere(["coredns"], "hosts, rewrite and template give what CoreDNS gives", () => {
  let surroundings: Surroundings;
  let ours: CaseServer;
  let theirs: CaseServer;

  beforeAll(async () => {
    surroundings = await prepareSurroundings();
    ours = await startCases(fairleadCommand, ["dns"], surroundings);
    theirs = await startCases(findCoreDns() ?? "coredns", [], surroundings);
  });
  afterAll(async () => {
    await Promise.all([ours?.stop(), theirs?.stop()]);
    await surroundings?.close();
  });

  async function ask(server: CaseServer, index: number, asked: string): Promise<string> {
    const [name = "", type = "A", edns] = asked.split(" ");
    const options = edns === undefined ? {} : { edns: { udpPayloadBytes: 1232 } };
    const { message } = query(`${name === "." ? name : `${name}.`} ${type}`, options);
    const { port } = server;
    const reply = await exchangeUdp({ host: hostOf(index), port }, encodeMessage(message));
    if (reply === undefined) return "no answer";
    return (
      toZoneText(decodeMessage(reply))
        // Fairlead gives owner names in the case asked, where CoreDNS gives some in lower case.
        .toLowerCase()
        // The answer of whoami tells the client's port, and the server's may be asked for.
        .replace(/(srv 0 0) \d+ \.$/m, "$1 PORT .")
        .replace(`"1 ${port.toString(16)}"`, '"1 PORT"')
    );
  }

  /** CoreDNS gives clients that sent no OPT one now and then (RFC 6891 §7). */
  const settled = (answer: string, asked: string): string =>
    asked.endsWith("+edns") ? answer : answer.replace(/^;; edns .*\n/m, "");

  test.each(cases.map((row, index) => [row.name, index, row] as const))(
    "%s",
    async (_, index, { queries, differs = {} }) => {
      for (const asked of queries) {
        const mine = await ask(ours, index, asked);
        const yours = settled(await ask(theirs, index, asked), asked);
        if (Object.hasOwn(differs, asked)) expect(mine, asked).not.toBe(yours);
        else expect(mine, asked).toBe(yours);
      }
    },
  );
});
