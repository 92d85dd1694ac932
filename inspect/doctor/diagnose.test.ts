import { describe, expect, test } from "vitest";
import { containerMac, hostLinkName, ifbName } from "#cni/types/names.ts";
import { confirmed, diagnose, planFixes } from "./diagnose.ts";
import { survey } from "./testing/scene.ts";

const graceMs = 60_000;
const a = { network: "net", containerId: "a", ifname: "eth0" };
const [linkA, macA] = [hostLinkName(a), containerMac(a)];
const ownerA = "table inet fairlead-cni owner cni/net/a/eth0";

/** Every finding with the step that would mend it; "-" where none is certain enough. */
const found = (script: string): readonly string[] =>
  diagnose(survey(script), { graceMs }).map(
    ({ name, object, fix }) => `${name} ${object} ${fix?.kind ?? "-"}`,
  );

describe("leases", () => {
  test.each<[string, string, readonly string[]]>([
    ["a complete pod", "pod net/a/eth0 10.1.2.3", []],
    [
      "its namespace went",
      "pod net/a/eth0 10.1.2.3\nwithout namespace net/a/eth0",
      [
        "cache-without-pod /cache/net-a-eth0 remove-file",
        `rules-without-owner ${ownerA} remove-rules`,
        "lease-without-namespace /ipam/net/10.1.2.3 release-lease",
      ],
    ],
    [
      "another namespace has its path now",
      "lease 10.1.2.3 net/a/eth0\nrecord net/a/eth0 10.1.2.3\nnamespace /run/netns/a eth0 10.1.2.9 4:b",
      ["lease-without-namespace /ipam/net/10.1.2.3 release-lease"],
    ],
    [
      "another namespace has its inode now",
      "lease 10.1.2.3 net/a/eth0\nrecord net/a/eth0 10.1.2.3\nnamespace /run/netns/b eth0 10.1.2.9 4:/run/netns/a",
      ["lease-without-namespace /ipam/net/10.1.2.3 release-lease"],
    ],
    [
      "leased in another boot",
      "lease 10.1.2.3 net/a/eth0\nrecord net/a/eth0 10.1.2.3 boot-0",
      ["lease-of-another-boot /ipam/net/10.1.2.3 release-lease"],
    ],
    [
      "its namespace has neither link nor address",
      "lease 10.1.2.3 net/a/eth0\nrecord net/a/eth0 10.1.2.3\nnamespace /run/netns/a lo",
      ["lease-without-link /ipam/net/10.1.2.3 release-lease"],
    ],
    [
      "the same, leased just now: an ADD under way",
      "lease 10.1.2.3 net/a/eth0 5\nrecord net/a/eth0 10.1.2.3\nnamespace /run/netns/a lo",
      [],
    ],
    [
      "the same, but the runtime keeps it",
      "pod net/a/eth0 10.1.2.3\nwithout link net/a/eth0",
      ["pod-without-link net/a/eth0 -"],
    ],
    [
      "the link is another plugin's, the address is in use",
      "lease 10.1.2.3 net/a/net1\nrecord net/a/net1 10.1.2.3 boot /run/netns/x\nnamespace /run/netns/y macvlan0 10.1.2.3",
      [],
    ],
    [
      "of another program, no namespace has the address",
      "lease 10.1.2.3 net/a/eth0\nnamespace /run/netns/b eth0 10.1.2.9",
      ["lease-without-namespace /ipam/net/10.1.2.3 release-lease"],
    ],
    [
      "the same where a namespace cannot be looked into",
      "lease 10.1.2.3 net/a/eth0\nunreadable /run/netns/b",
      ["lease-of-nobody /ipam/net/10.1.2.3 -"],
    ],
    [
      "the same where a veth leads to what cannot be seen",
      "lease 10.1.2.3 net/a/eth0\nlink veth77 veth - br0",
      ["lease-of-nobody /ipam/net/10.1.2.3 -"],
    ],
    [
      "the same where the node's uplink is a veth",
      "lease 10.1.2.3 net/a/eth0\nlink eth0 veth",
      ["lease-without-namespace /ipam/net/10.1.2.3 release-lease"],
    ],
    [
      "the same where a veth is routed to",
      "lease 10.1.2.3 net/a/eth0\nlink veth77 veth\nroute 10.1.2.9/32 veth77",
      ["lease-of-nobody /ipam/net/10.1.2.3 -"],
    ],
    ["an empty file", "lease 10.1.2.3 -", ["lease-empty /ipam/net/10.1.2.3 free-empty-lease"]],
    [
      "a live pod without lease",
      "pod net/a/eth0 10.1.2.3\nwithout lease net/a/eth0",
      ["lease-missing /ipam/net/10.1.2.3 restore-lease"],
    ],
    [
      "a live pod whose address is leased to another that lives",
      "pod net/a/eth0 10.1.2.3\nwithout lease net/a/eth0\npod net/b/eth0 10.1.2.4\nlease 10.1.2.3 net/b/eth0",
      [
        `link-without-address ${hostLinkName({ ...a, containerId: "b" })} -`,
        "address-twice 10.1.2.3 -",
      ],
    ],
    [
      "an index of nothing",
      "record net/a/eth0 10.1.2.3",
      ["index-without-lease /ipam/.fairlead/net/owners/a:eth0 release-lease"],
    ],
  ])("%s", (_title, script, expected) => {
    expect(found(script)).toEqual(expected);
  });
});

describe("links and rules", () => {
  test.each<[string, string, readonly string[]]>([
    [
      "an ADD that was killed before the link had its alias",
      "pod net/a/eth0 10.1.2.3\nwithout alias net/a/eth0\nwithout rules net/a/eth0\nwithout elements net/a/eth0",
      [],
    ],
    [
      "a shaping device of a pod that is gone",
      "link bwp1 ifb net/a/eth0\nlease 10.1.2.3 net/a/eth0\nrecord net/a/eth0 10.1.2.3 boot-0",
      [
        "link-without-owner bwp1 delete-link",
        "lease-of-another-boot /ipam/net/10.1.2.3 release-lease",
      ],
    ],
    [
      "one that was made before it had its alias",
      `link ${ifbName(a)} ifb\nlease 10.1.2.3 net/a/eth0\nrecord net/a/eth0 10.1.2.3 boot-0`,
      [
        `link-without-owner ${ifbName(a)} delete-link`,
        "lease-of-another-boot /ipam/net/10.1.2.3 release-lease",
      ],
    ],
    [
      "one of which nothing else is known, without a runtime's cache to ask",
      "link bwp1 ifb net/a/eth0\nwithout caches net/a/eth0",
      ["link-without-owner bwp1 -"],
    ],
    ["one of a live pod", "pod net/a/eth0 10.1.2.3\nlink bwp1 ifb net/a/eth0", []],
    [
      "a veth whose other end was moved to the host",
      "link veth77 moved net/a/eth0",
      ["link-without-owner veth77 delete-link"],
    ],
    [
      "rules for an address that is another container's now",
      "pod net/a/eth0 10.1.2.3\nrules net/old/eth0 10.1.2.3",
      ["rules-without-owner table inet fairlead-cni owner cni/net/old/eth0 remove-rules"],
    ],
    [
      "rules behind another plugin's link",
      "rules net/a/eth0 10.1.2.3\nnamespace /run/netns/a eth0 10.1.2.3",
      [],
    ],
    [
      "rules of what the runtime keeps and that nothing shows to be gone",
      "rules net/a/eth0 10.1.2.3\ncache net/a/eth0\nlink veth77 veth - br0",
      [],
    ],
    [
      "an element whose note is gone",
      "element hostports4 0600000000500000 tag-x",
      ["element-without-owner table inet fairlead-cni element hostports4 tcp 80 remove-element"],
    ],
    [
      "a live pod's note without its element",
      "pod net/a/eth0 10.1.2.3\nwithout elements net/a/eth0",
      [`rules-incomplete ${ownerA} -`],
    ],
  ])("%s", (_title, script, expected) => {
    expect(found(script)).toEqual(expected);
  });
});

describe("ways", () => {
  const pod = "pod net/a/eth0 10.1.2.3\n";
  const tunnel = "link fairlead.1 vxlan\n";
  const whole =
    "neighbour fairlead.1 10.1.3.0 02:00:00:00:00:03 permanent\nforwarding fairlead.1 02:00:00:00:00:03 192.168.1.3\nroute 10.1.3.0/24 fairlead.1 10.1.3.0";
  test.each<[string, string, readonly string[]]>([
    ["a neighbour that is right", `${pod}neighbour cni0 10.1.2.3 ${macA}`, []],
    [
      "one with another hardware address",
      `${pod}neighbour cni0 10.1.2.3 02:00:00:00:00:09`,
      ["neighbour-wrong 10.1.2.3 at 02:00:00:00:00:09 on cni0 delete-neighbour"],
    ],
    ["one of nobody that will lapse", `${pod}neighbour cni0 10.1.2.9 02:00:00:00:00:09`, []],
    [
      "one of nobody that lasts",
      `${pod}neighbour cni0 10.1.2.9 02:00:00:00:00:09 permanent`,
      ["neighbour-stale 10.1.2.9 at 02:00:00:00:00:09 on cni0 -"],
    ],
    [
      "one that lasts and is of a container known to be gone",
      `pod net/b/eth0 10.1.2.4\nlease 10.1.2.3 net/a/eth0\nrecord net/a/eth0 10.1.2.3 boot-0\nneighbour cni0 10.1.2.3 ${macA} permanent`,
      [
        `neighbour-stale 10.1.2.3 at ${macA} on cni0 delete-neighbour`,
        "lease-of-another-boot /ipam/net/10.1.2.3 release-lease",
      ],
    ],
    [
      "forwarding to another port",
      `${pod}forwarding veth9 ${macA}`,
      [`forwarding-wrong ${macA} on veth9 delete-forwarding`],
    ],
    ["forwarding to its own port", `${pod}forwarding ${linkA} ${macA}`, []],
    [
      "a route to a pod over another link",
      `${pod}route 10.1.2.3/32 veth9`,
      ["route-astray 10.1.2.3/32 over veth9 -"],
    ],
    ["the way to another node's pods", tunnel + whole, []],
    [
      "without its route",
      tunnel + whole.replace(/\nroute.*/, ""),
      [
        "neighbour-without-route 10.1.3.0 at 02:00:00:00:00:03 on fairlead.1 delete-neighbour",
        "forwarding-without-route 02:00:00:00:00:03 to 192.168.1.3 on fairlead.1 delete-forwarding",
      ],
    ],
    [
      "without its neighbour",
      tunnel + whole.replace(/^neighbour.*\n/, ""),
      [
        "forwarding-without-route 02:00:00:00:00:03 to 192.168.1.3 on fairlead.1 delete-forwarding",
        "route-without-neighbour 10.1.3.0/24 over fairlead.1 -",
      ],
    ],
  ])("%s", (_title, script, expected) => {
    expect(found(script)).toEqual(expected);
  });
});

describe("the runtime's cache and pending DELs", () => {
  test.each<[string, string, readonly string[]]>([
    [
      "a live pod that the runtime forgot",
      "pod net/b/eth0 10.1.2.4\npod net/a/eth0 10.1.2.3\nwithout cache net/a/eth0",
      ["pod-without-cache net/a/eth0 -"],
    ],
    ["a cache that is another runtime's", "pod net/a/eth0 10.1.2.3\nwithout cache net/a/eth0", []],
    [
      "because its DEL is pending",
      "pod net/b/eth0 10.1.2.4\npod net/a/eth0 10.1.2.3\nwithout cache net/a/eth0\npending /p/1.del net/a/eth0",
      ["pending-del /p/1.del replay-del"],
    ],
    ["there is no cache at all", "pod net/a/eth0 10.1.2.3\nwithout caches net/a/eth0", []],
    [
      "an entry without pod",
      "cache net/a/eth0",
      ["cache-without-pod /cache/net-a-eth0 remove-file"],
    ],
    [
      "what it keeps of a container's lo goes with the rest, of others' containers nothing",
      "record net/a/eth0 10.1.2.3\ncache net/a/eth0\ncache lo/a/lo - loopback\ncache other/b/eth0 /run/netns/b macvlan",
      [
        "cache-without-pod /cache/net-a-eth0 remove-file",
        "cache-without-pod /cache/lo-a-lo remove-file",
        "index-without-lease /ipam/.fairlead/net/owners/a:eth0 release-lease",
      ],
    ],
    [
      "a DEL that a later ADD overtook",
      "pod net/a/eth0 10.1.2.3\npending /p/1.del net/a/eth0 7200",
      ["pending-overtaken /p/1.del remove-file"],
    ],
    ["a draft of a shim that may still write", "pending /p/.7", []],
  ])("%s", (_title, script, expected) => {
    expect(found(script)).toEqual(expected);
  });
});

test("what only one look shows is not found", () => {
  const look = (script: string) => diagnose(survey(script), { graceMs });
  const stays = "lease 10.1.2.3 net/a/eth0\nrecord net/a/eth0 10.1.2.3 boot-0";
  const [one, other] = [look(`${stays}\nlease 10.1.2.4 -`), look(`${stays}\nlease 10.1.2.5 -`)];
  expect(confirmed(one, other).map(({ name }) => name)).toEqual(["lease-of-another-boot"]);
});

test("the plan: each step once, addresses after all that leads to them", () => {
  const script =
    "pod net/a/eth0 10.1.2.3\nlease 10.1.2.4 net/a/eth0\nwithout namespace net/a/eth0\npending /p/1.del net/a/eth0\nlink bwp1 ifb net/a/eth0";
  expect(planFixes(diagnose(survey(script), { graceMs })).map(({ kind }) => kind)).toEqual([
    "replay-del",
    "remove-rules",
    "delete-link",
    "release-lease",
    "remove-file",
  ]);
});
