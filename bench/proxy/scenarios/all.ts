import type { Scenario } from "../../contract.ts";
import { change } from "./change.ts";
import { daemon } from "./daemon.ts";
import { load } from "./load.ts";
import { path } from "./path.ts";
import { restart } from "./restart.ts";

/** Every scenario of `bench proxy`, in the order in which they run and are reported. */
export const proxyScenarios: readonly Scenario[] = [load, change, restart, daemon, path];
