import type { TypeTable } from "../type-table.ts";

/** Settings, identities, events, references. */
export const configTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    ConfigMap: {
      about: "Settings as pairs of key and text, for pods to read.",
      isObject: true,
      fields: {
        binaryData: "{}bytes Pairs of key and base64, for what is no text.",
        data: "{}string Pairs of key and text.",
        immutable: "boolean Whether the content is fixed for good.",
      },
    },
    Secret: {
      about: "Values that are not for everyone's eyes, as pairs of key and base64.",
      isObject: true,
      fields: {
        data: "{}bytes Pairs of key and base64.",
        immutable: "boolean",
        stringData:
          "{}string Pairs of key and text, which the server adds to data. Never read back.",
        type: "string What the Secret is for; Opaque unless said.",
      },
    },
    ServiceAccount: {
      about: "An identity for what runs in pods.",
      isObject: true,
      fields: {
        automountServiceAccountToken: "boolean",
        imagePullSecrets: "[]LocalObjectReference",
        secrets: "[name]ObjectReference",
      },
    },
    Event: {
      about: "A report of something that happened to an object.",
      isObject: true,
      fields: {
        action: "string",
        count: "int32 How often it has happened.",
        eventTime: "microTime",
        firstTimestamp: "time When it happened first.",
        involvedObject: "ObjectReference! What it happened to.",
        lastTimestamp: "time When it happened last.",
        message: "string What happened, for people.",
        reason: "string Why, in one word.",
        related: "ObjectReference",
        reportingComponent: "string",
        reportingInstance: "string",
        series: "EventSeries",
        source: "EventSource Who reports it.",
        type: "string Normal or Warning.",
      },
    },
    EventSeries: {
      fields: {
        count: "int32",
        lastObservedTime: "microTime",
      },
    },
    EventSource: {
      fields: {
        component: "string",
        host: "string",
      },
    },
    ObjectReference: {
      isAtomic: true,
      fields: {
        apiVersion: "string",
        fieldPath: "string",
        kind: "string",
        name: "string",
        namespace: "string",
        resourceVersion: "string",
        uid: "string",
      },
    },
    LocalObjectReference: {
      isAtomic: true,
      fields: {
        name: "string",
      },
    },
  },
};
