import type { TypeTable } from "../type-table.ts";

/** What all kinds share. */
export const metaTypes: TypeTable = {
  prefix: "io.k8s.apimachinery.pkg.apis.meta.v1",
  group: "meta.k8s.io",
  types: {
    ObjectMeta: {
      about: "What every object has: identity, labels, life cycle.",
      fields: {
        annotations: "{}string Notes of tools and people; nothing is selected by them.",
        creationTimestamp: "time When the server made the object.",
        deletionGracePeriodSeconds: "int64 Seconds that the object may take to end.",
        deletionTimestamp:
          "time When the object was told to go. It stays until its finalizers are gone.",
        finalizers: "[mergeset]string Names of those who have work to do before the object may go.",
        generateName: "string Beginning of a name that the server completes when name is left out.",
        generation: "int64 Counts the changes of what is wanted.",
        labels: "{}string Pairs by which objects are found.",
        managedFields: "[]ManagedFieldsEntry Who set which fields, for server-side apply.",
        name: "string Unique among the objects of its kind in its namespace; never changes.",
        namespace: "string The namespace that the object is in; never changes.",
        ownerReferences: "[uid]OwnerReference Objects that this one belongs to.",
        resourceVersion:
          "string Changes with every write. Clients send it back to detect that someone else wrote in between.",
        selfLink: "string",
        uid: "string Tells the object from others that had its name before.",
      },
    },
    DeleteOptions: {
      fields: {
        apiVersion: "string",
        kind: "string",
        gracePeriodSeconds: "int64",
        preconditions: "Preconditions",
        orphanDependents: "boolean",
        propagationPolicy: "string",
        dryRun: "[]string",
      },
    },
    FieldSelectorRequirement: {
      fields: { key: "string!", operator: "string!", values: "[]string" },
    },
    Preconditions: { fields: { uid: "string", resourceVersion: "string" } },
    OwnerReference: {
      isAtomic: true,
      fields: {
        apiVersion: "string!",
        blockOwnerDeletion: "boolean",
        controller: "boolean",
        kind: "string!",
        name: "string!",
        uid: "string!",
      },
    },
    ManagedFieldsEntry: {
      fields: {
        apiVersion: "string",
        fieldsType: "string",
        fieldsV1: "any",
        manager: "string",
        operation: "string",
        subresource: "string",
        time: "time",
      },
    },
    LabelSelector: {
      about: "Finds objects by labels; all its conditions must hold. Empty, it finds everything.",
      isAtomic: true,
      fields: {
        matchExpressions: "[]LabelSelectorRequirement Further conditions.",
        matchLabels: "{}string Labels that must be there with exactly these values.",
      },
    },
    LabelSelectorRequirement: {
      fields: {
        key: "string! The label.",
        operator: "string! In, NotIn, Exists or DoesNotExist.",
        values: "[]string The values that In and NotIn look for.",
      },
    },
    Condition: {
      fields: {
        lastTransitionTime: "time!",
        message: "string!",
        observedGeneration: "int64",
        reason: "string!",
        status: "string!",
        type: "string!",
      },
    },
  },
};
