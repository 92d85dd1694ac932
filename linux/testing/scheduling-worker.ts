import { parentPort } from "node:worker_threads";
import { gettid } from "../thread.ts";
import { schedulingOf } from "./thread-scheduling.ts";

parentPort?.postMessage(schedulingOf("self", gettid()));
