import { expect, it } from "vitest";
import { isReverseZone } from "./zones.ts";

it.each([
  ["in-addr.arpa.", true],
  ["10.in-addr.arpa.", true],
  ["0.0.d.f.ip6.arpa.", true],
  ["ip6.arpa.", true],
  ["cluster.local.", false],
  [".", false],
  ["arpa.", false],
  ["myin-addr.arpa.", false],
  ["in-addr.arpa.cluster.local.", false],
])("%s is a reverse zone: %s", (zone, reverse) => {
  expect(isReverseZone(zone)).toBe(reverse);
});
