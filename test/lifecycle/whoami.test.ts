import { expect, test } from "vitest";
import { describeWhere, lacking } from "#test/support/capabilities.ts";
import { ask, local, transports } from "./ask.ts";
import { ports } from "./ports.ts";
import { manifests, serve } from "./running.ts";

describeWhere(["linux"], "whoami", () => {
  test.for([
    { transport: "batched", host: "127.0.0.1" },
    { transport: "batched", host: "::1" },
    { transport: "dgram", host: "127.0.0.1" },
    { transport: "dgram", host: "::1" },
  ] as const)(
    "tells who asks, alone and behind compiled answers ($transport, $host)",
    async ({ transport, host }, { skip }) => {
      const reason = host === "::1" ? lacking("ipv6") : undefined;
      if (reason !== undefined) skip(reason);
      const [port = 0] = await ports(1);
      await serve(
        `.:${port} {
 whoami
}
cluster.local:${port} {
 kubernetes cluster.local {
  manifests ${manifests().path}
  fallthrough
 }
 whoami
}`,
        { transport },
      );
      for (const over of transports) {
        for (const name of ["a.test.", "svc0.testns.svc.cluster.local."]) {
          const message = await ask(local(port, host), `${name} A`, over);
          expect(message?.additionals).toEqual([
            expect.objectContaining({
              name,
              type: host.includes(":") ? "AAAA" : "A",
              address: host,
            }),
            expect.objectContaining({ name: `_${over}.${name}`, type: "SRV" }),
          ]);
        }
      }
    },
  );
});
