import { expect, test } from "vitest";
import type { ProbeResult } from "./contract.ts";
import { isWell, junitXml, resultLine, resultsJson, summaryLine } from "./report.ts";

const passed: ProbeResult = {
  name: "hairpin",
  means: "a pod reaches itself",
  verdict: { kind: "passed", attempts: 2, tookMs: 1.5 },
};
const failed: ProbeResult = {
  name: "node-port",
  means: "a port of the node",
  verdict: { kind: "failed", why: 'said "<no>" & left', tookMs: 5000 },
};
const skipped: ProbeResult = {
  name: "load-balancer",
  means: "an address",
  verdict: { kind: "skipped", why: "there is none" },
};
const all = [passed, failed, skipped];

test("lines", () => {
  expect(all.map((result) => resultLine(result, false)).join("") + summaryLine(all)).toBe(
    `ok   hairpin                    1.5 ms, at attempt 2
FAIL node-port                  said "<no>" & left
     (a port of the node)
skip load-balancer              there is none
1 passed, 1 failed, 1 skipped
`,
  );
  expect(resultLine(failed, true)).toContain("\u001b[1m\u001b[31mFAIL\u001b[39m\u001b[22m");
});

test("JUnit", () => {
  expect(junitXml(all)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="fairlead connectivity" tests="3" failures="1" skipped="1">
  <testcase classname="connectivity" name="hairpin" time="0.0015"/>
  <testcase classname="connectivity" name="node-port" time="5"><failure message="said &quot;&lt;no&gt;&quot; &amp; left">a port of the node</failure></testcase>
  <testcase classname="connectivity" name="load-balancer" time="0"><skipped message="there is none"/></testcase>
</testsuite>
`);
});

test.each([
  ["one passed", [passed], true],
  ["one was skipped too", [passed, skipped], true],
  ["one failed", [passed, failed], false],
  ["none was tried", [skipped], false],
])("%s: well is %s", (_, results, expected) => {
  expect(isWell(results)).toBe(expected);
  expect(JSON.parse(resultsJson(results))).toMatchObject({ isWell: expected });
});
