import { expect, test } from "vitest";
import { candidates, readResolvConf } from "./dns.ts";

const podConf = `nameserver 10.96.0.10
search ns1.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
`;

test("resolv.conf of a pod", () => {
  expect(readResolvConf(podConf)).toEqual({
    servers: ["10.96.0.10"],
    search: ["ns1.svc.cluster.local", "svc.cluster.local", "cluster.local"],
    ndots: 5,
  });
});

test("an empty one: no server, no search list, ndots as resolv.conf(5) has it", () => {
  expect(readResolvConf("# nothing\n")).toEqual({ servers: [], search: [], ndots: 1 });
});

const search = ["ns1.svc.cluster.local", "cluster.local."];

test.each([
  ["web", 5, ["web.ns1.svc.cluster.local.", "web.cluster.local.", "web."]],
  ["example.com.", 5, ["example.com."]],
  [
    "example.com",
    1,
    ["example.com.", "example.com.ns1.svc.cluster.local.", "example.com.cluster.local."],
  ],
])("%s with ndots:%d is asked for as %j", (name, ndots, names) => {
  expect(candidates(name, { search, ndots })).toEqual(names);
});
