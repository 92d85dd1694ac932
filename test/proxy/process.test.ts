import { processRows } from "./rows/process.ts";
import { runRows } from "./suite.ts";

runRows("the proxy as a process", processRows);
