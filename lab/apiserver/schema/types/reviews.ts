import type { TypeTable } from "../type-table.ts";

/** Questions about the asker, which are answered and not stored. */
export const authenticationTypes: TypeTable = {
  prefix: "io.k8s.api.authentication.v1",
  group: "authentication.k8s.io",
  types: {
    SelfSubjectReview: {
      about: "Who the server takes the asker for.",
      isObject: true,
      fields: { status: "SelfSubjectReviewStatus The answer." },
    },
    SelfSubjectReviewStatus: { fields: { userInfo: "UserInfo" } },
    UserInfo: {
      fields: {
        username: "string",
        uid: "string",
        groups: "[]string",
        extra: "{}[]string",
      },
    },
    TokenRequest: {
      about: "Asks for a token of a service account.",
      isObject: true,
      fields: {
        spec: "TokenRequestSpec! What is wanted.",
        status: "TokenRequestStatus The token.",
      },
    },
    TokenRequestSpec: {
      fields: {
        audiences: "[]string Whom the token is meant for.",
        expirationSeconds: "int64 How long it should last.",
        boundObjectRef: "BoundObjectReference What it should end with.",
      },
    },
    TokenRequestStatus: { fields: { token: "string!", expirationTimestamp: "time!" } },
    BoundObjectReference: {
      fields: { kind: "string", apiVersion: "string", name: "string", uid: "string" },
    },
  },
};

export const authorizationTypes: TypeTable = {
  prefix: "io.k8s.api.authorization.v1",
  group: "authorization.k8s.io",
  types: {
    SelfSubjectAccessReview: {
      about: "Whether the asker may do something.",
      isObject: true,
      fields: {
        spec: "SelfSubjectAccessReviewSpec! The question.",
        status: "SubjectAccessReviewStatus The answer.",
      },
    },
    SelfSubjectAccessReviewSpec: {
      fields: {
        resourceAttributes: "ResourceAttributes",
        nonResourceAttributes: "NonResourceAttributes",
      },
    },
    ResourceAttributes: {
      fields: {
        namespace: "string",
        verb: "string",
        group: "string",
        version: "string",
        resource: "string",
        subresource: "string",
        name: "string",
        fieldSelector: "FieldSelectorAttributes",
        labelSelector: "LabelSelectorAttributes",
      },
    },
    FieldSelectorAttributes: {
      fields: { rawSelector: "string", requirements: "[]FieldSelectorRequirement" },
    },
    LabelSelectorAttributes: {
      fields: { rawSelector: "string", requirements: "[]LabelSelectorRequirement" },
    },
    NonResourceAttributes: { fields: { path: "string", verb: "string" } },
    SubjectAccessReviewStatus: {
      fields: {
        allowed: "boolean!",
        denied: "boolean",
        reason: "string",
        evaluationError: "string",
      },
    },
  },
};
