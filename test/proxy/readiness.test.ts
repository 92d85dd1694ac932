import { readinessRows } from "./rows/readiness.ts";
import { runRows } from "./suite.ts";

runRows("readiness of endpoints", readinessRows);
