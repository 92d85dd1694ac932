/**
 * Every finding of `fairlead doctor` by its name, which does not change: what it says of the node, and what -fix does.
 * docs/reference/doctor.md is generated from this table.
 */
export const findingCatalogue = {
  "lease-empty": {
    meaning: "a lease file that names nobody: its maker was ended before it wrote",
    fix: "removes it, under the lock of the network",
  },
  "lease-of-another-boot": {
    meaning: "an address leased before the machine was started last",
    fix: "frees it",
  },
  "lease-without-namespace": {
    meaning: "an address leased to a container whose network namespace is gone",
    fix: "frees it",
  },
  "lease-without-link": {
    meaning:
      "an address leased to a container whose namespace has neither the interface nor the address, and that the runtime does not keep",
    fix: "frees it, once it is older than -grace",
  },
  "lease-of-nobody": {
    meaning: "an address leased to a container of which nothing shows whether it is gone",
    fix: "nothing",
  },
  "lease-missing": {
    meaning: "a live container uses an address without a lease, so it may be given away",
    fix: "writes the lease anew",
  },
  "index-without-lease": {
    meaning: "the index names an owner that has no lease file, and that is gone",
    fix: "removes the entry",
  },
  "address-twice": {
    meaning: "two live containers have one address",
    fix: "nothing: one of them has to be made anew",
  },
  "link-without-owner": {
    meaning:
      "a device that shapes the traffic of a container that is gone, or a veth with both ends on the host",
    fix: "deletes it, unless it may be another plugin's container's",
  },
  "link-without-address": {
    meaning: "a live container's interface lacks an address that is leased to it",
    fix: "nothing",
  },
  "link-unattached": {
    meaning: "a live container's link is a port of no bridge, and no route leads over it",
    fix: "nothing",
  },
  "link-down": { meaning: "a live container's link is switched off on the host", fix: "nothing" },
  "rules-without-owner": {
    meaning: "masquerade, host ports or guards of a container that is gone",
    fix: "removes them, when it is gone for certain",
  },
  "rules-incomplete": {
    meaning: "a live container's rules have lost elements that their notes name",
    fix: "nothing",
  },
  "element-without-owner": {
    meaning: "an element of the tables fairlead-cni that is of no owner",
    fix: "removes it",
  },
  "neighbour-wrong": {
    meaning: "a neighbour entry has another hardware address than the container that lives there",
    fix: "deletes it",
  },
  "neighbour-stale": {
    meaning: "a permanent neighbour entry on the pods' bridge for an address of no container",
    fix: "deletes it, when its hardware address is that of a container known to be gone",
  },
  "neighbour-without-route": {
    meaning: "a neighbour of the tunnel that no route goes by way of",
    fix: "deletes it",
  },
  "forwarding-wrong": {
    meaning: "a static forwarding entry sends a live container's frames to another port",
    fix: "deletes it",
  },
  "forwarding-without-route": {
    meaning: "a forwarding entry of the tunnel for a node that no route goes by way of",
    fix: "deletes it",
  },
  "route-astray": {
    meaning: "a host route leads to a live container over another link than its own",
    fix: "nothing",
  },
  "route-without-neighbour": {
    meaning: "a route to another node's pods whose neighbour or forwarding entry is missing",
    fix: "nothing: the agent makes them",
  },
  "cache-without-pod": {
    meaning: "the runtime keeps an attachment whose namespace is gone",
    fix: "removes the file, after all else of the attachment",
  },
  "pod-without-cache": {
    meaning: "a live container that the runtime keeps nothing of",
    fix: "nothing",
  },
  "pod-without-link": {
    meaning: "a container that the runtime keeps has lost its interface",
    fix: "nothing: it has to be made anew",
  },
  "pending-del": {
    meaning: "a DEL that the plugin wrote down while no agent ran",
    fix: "does it",
  },
  "pending-overtaken": {
    meaning: "such a DEL of a container that was added anew since",
    fix: "removes the record",
  },
  "pending-unreadable": { meaning: "a record that cannot be read", fix: "nothing" },
  "pending-draft": {
    meaning: "a record that its maker could not finish, older than -grace",
    fix: "removes it",
  },
} as const;

export type FindingName = keyof typeof findingCatalogue;
