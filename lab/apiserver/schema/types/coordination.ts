import type { TypeTable } from "../type-table.ts";

/** Leases. */
export const coordinationTypes: TypeTable = {
  prefix: "io.k8s.api.coordination.v1",
  group: "coordination.k8s.io",
  types: {
    Lease: {
      about: "A claim that its holder renews, for elections and heartbeats.",
      isObject: true,
      fields: {
        spec: "LeaseSpec What is wanted.",
      },
    },
    LeaseSpec: {
      fields: {
        acquireTime: "microTime When the holder took it.",
        holderIdentity: "string Who holds the lease.",
        leaseDurationSeconds: "int32 Seconds after the last renewal until others may take it.",
        leaseTransitions: "int32",
        preferredHolder: "string",
        renewTime: "microTime When the holder renewed it last.",
        strategy: "string",
      },
    },
  },
};
