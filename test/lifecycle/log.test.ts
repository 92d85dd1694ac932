import { expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { until } from "#test/support/dns-server.ts";
import { ask, local } from "./ask.ts";
import { ports } from "./ports.ts";
import { manifests, serve } from "./running.ts";

describeWhere(["linux"], "the log plugin", () => {
  test.each(["batched", "dgram"] as const)(
    "prints a line for every query, in CoreDNS's format (%s)",
    async (transport) => {
      const [port = 0] = await ports(1);
      const server = await serve(
        `cluster.local:${port} {
 bind 127.0.0.1
 log
 kubernetes cluster.local {
  manifests ${manifests().path}
 }
}`,
        { transport },
      );
      const name = "svc1.testns.svc.cluster.local.";
      await ask(local(port), "svc1.$ A");
      await ask(local(port), "svc1.$ A", "tcp");
      await ask(local(port), "svc0.$ AAAA");
      const lines = () => server.lines().filter((line) => line.includes(" - "));
      await until(() => lines().length >= 3);
      const line = (question: string, outcome: string): RegExp =>
        new RegExp(`^\\[INFO\\] 127\\.0\\.0\\.1:\\d+ - \\d+ "${question}" ${outcome} \\d\\.\\d+s$`);
      expect(lines()).toEqual([
        expect.stringMatching(line(`A IN ${name} udp 47 false 512`, "NOERROR qr,aa,rd 92")),
        expect.stringMatching(line(`A IN ${name} tcp 47 false 65535`, "NOERROR qr,aa,rd 92")),
        expect.stringMatching(
          line(`AAAA IN svc0.testns.svc.cluster.local. udp 47 false 512`, "NXDOMAIN qr,aa,rd 140"),
        ),
      ]);
    },
  );
});
