import { afterEach, beforeEach, expect, test } from "vitest";
import { createNamespace, deleteNamespace, namespacePath } from "#linux/namespace/named.ts";
import { createLink } from "#linux/netlink/route/link.ts";
import { openRoute } from "#linux/netlink/route/socket.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { LinkRemover } from "./link-remover.ts";
import { Sockets } from "./sockets.ts";
import { SpareSockets } from "./spare-sockets.ts";

const name = `fl-remover-${process.pid}`;
const where = { namespacePath: namespacePath(name) };

describeWhere(["podNetworks"], "links that are deleted", () => {
  beforeEach(() => void createNamespace(name));
  afterEach(() => deleteNamespace(name));

  test("are gone when the answer is there, however many at once, and others stay", async () => {
    const host = openRoute(where);
    const spare = new SpareSockets(() => openRoute(where));
    const remover = new LinkRemover(host, spare);
    const names = Array.from({ length: 12 }, (_, index) => `a${index}`);
    for (const each of [...names, "stays"])
      host.apply(createLink({ kind: "veth", name: each, peer: { name: `${each}-peer` } }));
    await Promise.all(
      names.map(async (link) => {
        await remover.remove(new Sockets(host), { link });
        expect(host.link(link)).toBeUndefined();
        expect(host.link(`${link}-peer`)).toBeUndefined();
      }),
    );
    expect(host.links({ kind: "veth" })).toHaveLength(2);
    await remover.remove(new Sockets(host), { link: "none" });
    await remover.close();
    spare.close();
    host.close();
  });
});
