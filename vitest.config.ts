import { defineConfig } from "vitest/config";

const soak = process.env.FAIRLEAD_SOAK === "1";
const elsewhere = ["**/node_modules/**", "bench/rivals/bin/**", "dist/**"];
/** What is waited for comes at once on an idle machine: the bound is for one that has much else to do. */
const patient = { poll: { timeout: 15_000 } };
/** Suites that hold sockets, namespaces or whole servers: a process of their own each, one after another. */
const kernelSuites = ["**/*.kernel.test.ts", "test/!(house|support|zone-text)/**/*.test.ts"];

export default defineConfig({
  test: {
    teardownTimeout: 10_000,
    reporters: ["default", "./test/support/summary-reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          expect: patient,
          include: ["**/*.test.ts"],
          exclude: [...elsewhere, ...kernelSuites],
          testTimeout: soak ? 600_000 : 30_000,
        },
      },
      {
        test: {
          name: "kernel",
          expect: patient,
          include: kernelSuites,
          exclude: elsewhere,
          pool: "forks",
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: soak ? 1_800_000 : 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
