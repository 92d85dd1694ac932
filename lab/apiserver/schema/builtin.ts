import type { StructSchema } from "./contract.ts";
import { buildSchemas } from "./type-table.ts";
import { apiextensionsTypes } from "./types/apiextensions.ts";
import { appsTypes } from "./types/apps.ts";
import { autoscalingTypes } from "./types/autoscaling.ts";
import { batchTypes } from "./types/batch.ts";
import { claimTypes } from "./types/claim.ts";
import { configTypes } from "./types/config.ts";
import { containerTypes } from "./types/container.ts";
import { containerChecksTypes } from "./types/container-checks.ts";
import { coordinationTypes } from "./types/coordination.ts";
import { discoveryTypes } from "./types/discovery.ts";
import { metaTypes } from "./types/meta.ts";
import { networkingTypes } from "./types/networking.ts";
import { nodeTypes } from "./types/node.ts";
import { podTypes } from "./types/pod.ts";
import { podStatusTypes } from "./types/pod-status.ts";
import { policyTypes } from "./types/policy.ts";
import { priorityTypes } from "./types/priority.ts";
import { rbacTypes } from "./types/rbac.ts";
import { authenticationTypes, authorizationTypes } from "./types/reviews.ts";
import { schedulingTypes } from "./types/scheduling.ts";
import { serviceTypes } from "./types/service.ts";
import { volumeTypes } from "./types/volume.ts";
import { volumeDriverTypes } from "./types/volume-driver.ts";

const schemas = buildSchemas([
  apiextensionsTypes,
  appsTypes,
  autoscalingTypes,
  batchTypes,
  claimTypes,
  configTypes,
  containerChecksTypes,
  containerTypes,
  coordinationTypes,
  discoveryTypes,
  metaTypes,
  networkingTypes,
  nodeTypes,
  podStatusTypes,
  podTypes,
  policyTypes,
  priorityTypes,
  rbacTypes,
  authenticationTypes,
  authorizationTypes,
  schedulingTypes,
  serviceTypes,
  volumeDriverTypes,
  volumeTypes,
]);

/** The schema of a kind that is served from the start. @throws Error for any other */
export function builtinSchema(group: string, kind: string): StructSchema {
  const found = schemas.get(`${group}/${kind}`);
  if (found === undefined) throw new Error(`the schema tables lack ${group}/${kind}`);
  return found;
}
