import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type TestNamespace, testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { openNamespace } from "../../namespace/enter.ts";
import { changeLink, createLink, deleteLink } from "./link.ts";
import { openRoute, type RouteSocket } from "./socket.ts";

describeWhere(["podNetworks"], "a link in brief", () => {
  let node: TestNamespace;
  let pod: TestNamespace;
  let route: RouteSocket;
  beforeEach(() => {
    node = testNamespace();
    pod = testNamespace();
    route = openRoute({ namespacePath: node.path });
  });
  afterEach(() => {
    route.close();
    node.delete();
    pod.delete();
  });

  test("is what netlink says of it, in the socket's own namespace", async () => {
    const there = openNamespace(pod.path);
    const inside = openRoute({ namespace: there });
    const peer = { name: "eth0", namespaceFd: there.fd, mtuBytes: 1400 };
    route.apply(createLink({ kind: "veth", name: "veth1", up: true, mtuBytes: 1300, peer }));
    const [host, container] = [route.link("veth1"), inside.link("eth0")];
    expect(route.brief("veth1")).toEqual({ index: host?.index, mtuBytes: 1300, isRunning: false });
    expect(inside.brief("eth0")).toEqual({
      index: container?.index,
      mtuBytes: 1400,
      isRunning: false,
    });
    expect(route.brief("eth0")).toBeUndefined();
    inside.apply(changeLink("eth0", { up: true }));
    // The kernel may let a second go by before it looks at a link whose carrier has come.
    const soon = { timeout: 5000 };
    await vi.waitFor(() => expect(route.brief("veth1")?.isRunning).toBe(true), soon);
    await vi.waitFor(() => expect(inside.brief("eth0")?.isRunning).toBe(true), soon);
    inside.close();
    there.close();
  });

  test("goes with the link; a name that is too long has none", () => {
    route.apply(createLink({ kind: "ifb", name: "fifteen-letters" }));
    const index = route.brief("fifteen-letters")?.index ?? 0;
    expect(route.link(index)?.name).toBe("fifteen-letters");
    expect(route.brief("fifteen-letters-")).toBeUndefined();
    route.apply(deleteLink(index));
    expect(route.brief("fifteen-letters")).toBeUndefined();
  });
});
