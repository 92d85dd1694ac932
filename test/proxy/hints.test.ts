import { hintsRows } from "./rows/hints.ts";
import { runRows } from "./suite.ts";

runRows("hints of topology", hintsRows);
