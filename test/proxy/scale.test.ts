import { scaleRows } from "./rows/scale.ts";
import { runRows } from "./suite.ts";

runRows("many Services", scaleRows);
