import { beyondRows } from "./rows/beyond.ts";
import { runRows } from "./suite.ts";

runRows("beyond kube-proxy", beyondRows);
