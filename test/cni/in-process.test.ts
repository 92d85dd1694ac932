import { inProcess } from "./plugins.ts";
import { rows } from "./rows/all.ts";
import { describeRows } from "./suite.ts";

describeRows("Fairlead's types in-process", inProcess, rows);
