import { expect, test } from "vitest";
import { SysctlError, sysctlFile } from "./sysctl.ts";

test.each([
  { key: "net.ipv4.ip_forward", file: "net/ipv4/ip_forward" },
  { key: "net/ipv4/conf/eth0.100/forwarding", file: "net/ipv4/conf/eth0.100/forwarding" },
  { key: "net.ipv4.conf.eth0/100.forwarding", file: "net/ipv4/conf/eth0.100/forwarding" },
])("$key is the file $file", ({ key, file }) => {
  expect(sysctlFile(key)).toBe(`/proc/sys/${file}`);
});

test.each(["", ".", "net..x", "net/../kernel", "net.ipv4.", "net.//.x"])("%j is no key", (key) => {
  expect(() => sysctlFile(key)).toThrow(SysctlError);
});
