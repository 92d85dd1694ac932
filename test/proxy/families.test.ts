import { familyRows } from "./rows/families.ts";
import { runRows } from "./suite.ts";

runRows("address families", familyRows);
