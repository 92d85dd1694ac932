import { expect, test } from "vitest";
import { checkMachine } from "./checks.ts";

const machine = { platform: "linux", userId: 0, hasCommand: () => true };

test("everything is there", () => {
  expect(() => checkMachine(machine)).not.toThrow();
});

test("everything that is not there is named at once, with what to do", () => {
  const poor = {
    ...machine,
    userId: 1000,
    hasCommand: (name: string) => !["ip", "nft"].includes(name),
  };
  expect(() => checkMachine(poor)).toThrow(
    "a lab needs root: run it with sudo; the command ip: apt-get install iproute2; the command nft: apt-get install nftables",
  );
});

test("another system", () => {
  expect(() => checkMachine({ ...machine, platform: "darwin" })).toThrow("Linux: this is darwin");
});
