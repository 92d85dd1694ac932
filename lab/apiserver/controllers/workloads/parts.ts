import type { Logger } from "#observe/contract.ts";
import type { ObjectApi, Sources } from "../../contract.ts";
import type { Store } from "../../store/store.ts";

/** What controllers of workloads work with. */
export interface WorkloadParts {
  readonly store: Store;
  readonly objects: ObjectApi;
  readonly now: Sources["now"];
  readonly logger: Logger | undefined;
}
