/** With which the rows beyond kube-proxy run: audits and Events that a test need not wait for. */
export const flags: readonly string[] = [
  ...["--audit-period", "1"],
  ...["--refusal-report-period", "3"],
  "--endpoint-counters",
];
