import { nodePortRows } from "./rows/nodeport.ts";
import { runRows } from "./suite.ts";

runRows("NodePort", nodePortRows);
