import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestNamespace, testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { openNamespace } from "../../namespace/enter.ts";
import { NetlinkError } from "../errors.ts";
import { addPortVlans, changeBridgePort, removePortVlans } from "./bridge-port.ts";
import type { Link, NewLink } from "./contract.ts";
import { changeLink, createLink, deleteLink } from "./link.ts";
import { openRoute, type RouteSocket, type RouteStep } from "./socket.ts";

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

function linkNamed(name: string): Link {
  const link = route.link(name);
  if (link === undefined) throw new Error(`no link ${name}`);
  return link;
}

/** Our view of a link in the words of `ip -d -json link`. */
function asIpShows(link: Link, names: ReadonlyMap<number, string>) {
  const flag = (set: boolean, name: string): string[] => (set ? [name] : []);
  return {
    ifindex: link.index,
    ifname: link.name,
    address: link.mac,
    mtu: link.mtuBytes,
    txqlen: link.txQueueLength,
    operstate: link.operationalState.toUpperCase(),
    master: link.masterIndex && names.get(link.masterIndex),
    flags: [
      ...flag(link.up, "UP"),
      ...flag(link.promiscuous, "PROMISC"),
      ...flag(link.allMulticast, "ALLMULTI"),
    ].sort(),
    kind: link.kind,
    ifalias: link.alias,
    vni: link.vxlan?.vni,
    port: link.vxlan?.port,
    learning: link.vxlan?.learning,
    local: link.vxlan?.local,
    hairpin: link.port?.hairpin,
    isolated: link.port?.isolated,
    portLearning: link.port?.learning,
    ageing: link.bridge && link.bridge.ageingMs / 10,
    stp: link.bridge && Number(link.bridge.stp),
  };
}

// What iproute2 prints is JSON without a type.
// biome-ignore lint/suspicious/noExplicitAny: see above
function fromIp(shown: any) {
  const info = shown.linkinfo ?? {};
  const kind = info.info_kind ?? "";
  const vxlan = kind === "vxlan" ? info.info_data : {};
  const port = info.info_slave_kind === "bridge" ? info.info_slave_data : {};
  return {
    ifindex: shown.ifindex,
    ifname: shown.ifname,
    address: shown.address,
    mtu: shown.mtu,
    txqlen: shown.txqlen,
    operstate: shown.operstate,
    master: shown.master,
    flags: shown.flags.filter((flag: string) => /^(UP|PROMISC|ALLMULTI)$/.test(flag)).sort(),
    kind,
    ifalias: shown.ifalias,
    vni: vxlan.id,
    port: vxlan.port,
    learning: vxlan.learning,
    local: vxlan.local ?? vxlan.local6,
    hairpin: port.hairpin,
    isolated: port.isolated,
    portLearning: port.learning,
    ageing: kind === "bridge" ? info.info_data.ageing_time : undefined,
    stp: kind === "bridge" ? info.info_data.stp_state : undefined,
  };
}

function expectSameAsIp(): void {
  const links = route.links();
  const names = new Map(links.map(({ index, name }) => [index, name]));
  expect(links.map((link) => asIpShows(link, names))).toEqual(node.json("ip", "link").map(fromIp));
}

describeWhere(["podNetworks"], "links", () => {
  test.each<NewLink>([
    { kind: "bridge", name: "br0", mac: "0a:58:0a:01:00:01", mtuBytes: 1450, up: true },
    {
      kind: "bridge",
      name: "br1",
      bridge: { ageingMs: 20_000, stp: false, multicastSnooping: false, forwardDelayMs: 2000 },
    },
    { kind: "veth", name: "v0", mtuBytes: 1400, txQueueLength: 10, peer: { name: "v1" } },
    { kind: "ifb", name: "ifb9", mac: "02:00:00:00:00:09" },
    {
      kind: "vxlan",
      name: "fl.1",
      up: true,
      vxlan: { vni: 1, port: 8472, local: "127.0.0.1", learning: false },
    },
    {
      kind: "vxlan",
      name: "fl6.1",
      vxlan: { vni: 7, port: 4789, local: "::1", learning: true, ttl: 9, udpChecksum: true },
    },
  ])("$kind $name is as ip shows it", (link) => {
    route.apply(createLink(link));
    expectSameAsIp();
    expect(linkNamed(link.name)).toMatchObject({
      name: link.name,
      kind: link.kind,
      up: link.up ?? false,
      ...(link.mac === undefined ? {} : { mac: link.mac }),
      ...(link.kind === "vxlan" ? { vxlan: link.vxlan } : {}),
      ...(link.kind === "bridge" && link.bridge !== undefined ? { bridge: link.bridge } : {}),
    });
  });

  test("a veth is made in one step: a bridge port here, the other end there under its name", () => {
    route.apply(createLink({ kind: "bridge", name: "br0", up: true }));
    const there = openNamespace(pod.path);
    route.apply(
      createLink({
        kind: "veth",
        name: "veth1234",
        masterIndex: linkNamed("br0").index,
        up: true,
        peer: { name: "eth0", mac: "0a:58:0a:01:00:05", namespaceFd: there.fd },
      }),
    );
    expect(route.namespaceId(there.fd)).toBe(linkNamed("veth1234").parentNamespaceId);
    there.close();
    const stranger = testNamespace();
    const other = openNamespace(stranger.path);
    expect(route.namespaceId(other.fd)).toBeUndefined();
    other.close();
    stranger.delete();
    pod.run("ip", "link", "set", "eth0", "up");
    const [eth0] = pod.json("ip", "link", "show", "eth0");
    expect(eth0).toMatchObject({ address: "0a:58:0a:01:00:05", operstate: "UP" });
    const host = linkNamed("veth1234");
    expect(host).toMatchObject({ masterIndex: linkNamed("br0").index, operationalState: "up" });
    expect([host.parentIndex, host.parentNamespaceId]).toEqual([eth0?.ifindex, 0]);
    expect(route.links({ masterIndex: linkNamed("br0").index })).toEqual([host]);
    expect(route.links({ kind: "bridge" }).map(({ name }) => name)).toEqual(["br0"]);
    expectSameAsIp();
    route.apply(deleteLink(host.index));
    expect(pod.json("ip", "link").map(({ ifname }) => ifname)).toEqual(["lo"]);
  });

  test("changes are those asked for and no others", () => {
    route.apply(createLink({ kind: "veth", name: "a", peer: { name: "b" } }));
    const { index } = linkNamed("a");
    const before = linkNamed("a");
    const changes = {
      up: true,
      mtuBytes: 1300,
      mac: "02:00:00:00:00:01",
      promiscuous: true,
      allMulticast: true,
      txQueueLength: 77,
      alias: "pod default/web-1",
    };
    route.apply(changeLink(index, changes));
    expect(linkNamed("a")).toEqual({
      ...before,
      ...changes,
      operationalState: "lowerlayerdown",
    });
    route.apply(changeLink(index, { promiscuous: false }));
    expect(linkNamed("a")).toMatchObject({ ...changes, promiscuous: false });
    expectSameAsIp();
    route.apply(changeLink(index, { up: false, name: "c" }));
    expect(linkNamed("c")).toMatchObject({ index, up: false });
    const there = openNamespace(pod.path);
    route.apply(changeLink(index, { namespaceFd: there.fd }));
    there.close();
    expect(route.link("c")).toBeUndefined();
    expect(pod.json("ip", "link").map(({ ifname }) => ifname)).toContain("c");
  });

  test("bridge port: flags, and out of the bridge again", () => {
    route.apply(createLink({ kind: "bridge", name: "br0" }));
    const masterIndex = linkNamed("br0").index;
    route.apply(createLink({ kind: "veth", name: "a", masterIndex, peer: { name: "b" } }));
    const { index } = linkNamed("a");
    expect(linkNamed("a").port).toMatchObject({ hairpin: false, isolated: false, learning: true });
    const port = { hairpin: true, isolated: true, learning: false, unicastFlood: false };
    route.apply(changeBridgePort(index, port));
    expect(linkNamed("a").port).toMatchObject(port);
    expectSameAsIp();
    route.apply(changeBridgePort(index, { isolated: false }));
    expect(linkNamed("a").port).toMatchObject({ ...port, isolated: false });
    route.apply(changeLink(index, { masterIndex: 0 }));
    expect(linkNamed("a").masterIndex).toBeUndefined();
  });

  test("VLANs of ports", (context) => {
    const bridge: NewLink = { kind: "bridge", name: "br0", bridge: { vlanFiltering: true } };
    try {
      route.apply(createLink(bridge));
    } catch (error) {
      if (!(error instanceof NetlinkError) || error.errnoName !== "ENOTSUP") throw error;
      context.skip("the kernel has no VLAN filtering (CONFIG_BRIDGE_VLAN_FILTERING)");
    }
    const masterIndex = linkNamed("br0").index;
    route.apply(createLink({ kind: "veth", name: "a", masterIndex, peer: { name: "b" } }));
    const { index } = linkNamed("a");
    route.apply(
      addPortVlans(index, [
        { id: 10, lastId: 12 },
        { id: 20, pvid: true, untagged: true },
      ]),
    );
    const own = route.portVlans().find(({ linkIndex }) => linkIndex === index);
    expect(own?.vlans).toEqual([
      { id: 1, lastId: 1, pvid: false, untagged: true },
      { id: 10, lastId: 12, pvid: false, untagged: false },
      { id: 20, lastId: 20, pvid: true, untagged: true },
    ]);
    route.apply(removePortVlans(index, [{ id: 10, lastId: 12 }]));
    expect(route.portVlans().find((port) => port.linkIndex === index)?.vlans).toHaveLength(2);
  });

  test.each<{ name: string; act(socket: RouteSocket): unknown; says: string[] }>([
    {
      name: "a name that is taken",
      act: (socket) => socket.apply(createLink({ kind: "bridge", name: "lo" })),
      says: ["cannot make the bridge link lo", "EEXIST"],
    },
    {
      name: "a name that is too long",
      act: (socket) => socket.apply(createLink({ kind: "bridge", name: "x".repeat(16) })),
      says: ["xxxx", "ERANGE"],
    },
    {
      name: "an MTU that is too great",
      act: (socket) =>
        socket.apply(
          createLink({ kind: "veth", name: "a", mtuBytes: 70_000, peer: { name: "b" } }),
        ),
      says: ["cannot make the veth link a", "EINVAL"],
    },
    {
      name: "a link that is not there",
      act: (socket) => socket.apply(deleteLink(4711)),
      says: ["delete link 4711", "ENODEV"],
    },
  ])("refused in words: $name", ({ act, says }) => {
    for (const words of says) expect(() => act(route)).toThrow(words);
  });

  test.each([
    ["here", (steps: readonly RouteStep[]) => route.applyAll(steps)],
    ["on another thread", (steps: readonly RouteStep[]) => route.applyAllInBackground(steps)],
  ])(
    "several at once, %s: the refusal that counts is told, all others are done",
    async (_where, applyAll) => {
      const made = ["a", "b", "a", "c"].map((name) => ({
        request: createLink({ kind: "ifb", name }),
        unless: ["EEXIST"],
      }));
      const refused = { request: changeLink("none", { up: true }) };
      await expect(async () => applyAll([...made, refused, ...made])).rejects.toThrow("ENODEV");
      await applyAll(made);
      await applyAll([]);
      expect(route.links({ kind: "ifb" }).map(({ name }) => name)).toEqual(["a", "b", "c"]);
    },
  );

  test("a link in brief is what netlink says of it, in the socket's own namespace", async () => {
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
    await expect.poll(() => route.brief("veth1")?.isRunning).toBe(true);
    await expect.poll(() => inside.brief("eth0")?.isRunning).toBe(true);
    inside.close();
    there.close();
  });

  test("and goes with the link; a name that is too long has none", () => {
    route.apply(createLink({ kind: "ifb", name: "fifteen-letters" }));
    const index = route.brief("fifteen-letters")?.index ?? 0;
    expect(route.link(index)?.name).toBe("fifteen-letters");
    expect(route.brief("fifteen-letters-")).toBeUndefined();
    route.apply(deleteLink(index));
    expect(route.brief("fifteen-letters")).toBeUndefined();
  });

  test("what may be there already is no error where that is said", () => {
    const make = createLink({ kind: "bridge", name: "br0" });
    expect(route.applyUnless(make, "EEXIST")).toBe(true);
    expect(route.applyUnless(make, "EEXIST")).toBe(false);
    expect(() => route.applyUnless(make, "ENODEV")).toThrow("EEXIST");
  });
});
