import { expect, test } from "vitest";
import { passedTarget, plainUri } from "./uri.ts";

test.each([
  ["/", "/"],
  ["/a/b", "/a/b"],
  ["//a///b/", "/a/b/"],
  ["/a/./b/../c", "/a/c"],
  ["/a/..", "/"],
  ["/a/.", "/a/"],
  ["/%61%2Fb", "/a/b"],
  ["/gr%C3%BCn", "/grün"],
  ["/..", undefined],
  ["/%2e%2e/etc", undefined],
  ["/%zz", undefined],
  ["/%00", undefined],
  ["a", undefined],
])("%s is %s", (raw, plain) => {
  expect(plainUri(raw)).toBe(plain);
});

const asked = {
  raw: "/api/a%20b",
  uri: "/api/a b",
  args: "q=1",
  isChanged: false,
  matched: "/api/",
};

test.each([
  ["without a URI it is passed as it came", asked, undefined, "/api/a%20b?q=1"],
  ["a URI takes the matched part's place", asked, "/v1/", "/v1/a%20b?q=1"],
  [
    "what a rewrite made goes before both",
    { ...asked, uri: "/x y", isChanged: true },
    "/v1/",
    "/x%20y?q=1",
  ],
  ["without arguments there is no question mark", { ...asked, args: "" }, "/", "/a%20b"],
  ["other alphabets are encoded", { ...asked, uri: "/api/ü", args: "" }, "/", "/%C3%BC"],
])("%s", (_, passed, targetUri, target) => {
  expect(passedTarget(passed, targetUri)).toBe(target);
});
