import type { TypeTable } from "../type-table.ts";

/** Definitions of further resources. */
export const apiextensionsTypes: TypeTable = {
  prefix: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
  group: "apiextensions.k8s.io",
  types: {
    CustomResourceDefinition: {
      about: "Adds a resource to the API.",
      isObject: true,
      fields: {
        spec: "CustomResourceDefinitionSpec! What is wanted.",
        status: "CustomResourceDefinitionStatus What was observed; written by the system.",
      },
    },
    CustomResourceDefinitionSpec: {
      fields: {
        conversion: "CustomResourceConversion",
        group: "string! API group of the resource.",
        names: "CustomResourceDefinitionNames! What the resource is called.",
        preserveUnknownFields: "boolean",
        scope: "string! Namespaced or Cluster.",
        versions:
          "[]CustomResourceDefinitionVersion! Versions of the resource; one of them is stored.",
      },
    },
    CustomResourceDefinitionStatus: {
      fields: {
        acceptedNames: "CustomResourceDefinitionNames",
        conditions: "[=type]CustomResourceDefinitionCondition",
        observedGeneration: "int64",
        storedVersions: "[]string",
      },
    },
    CustomResourceConversion: {
      fields: {
        strategy: "string!",
        webhook: "WebhookConversion",
      },
    },
    CustomResourceDefinitionNames: {
      fields: {
        categories: "[]string",
        kind: "string!",
        listKind: "string",
        plural: "string!",
        shortNames: "[]string",
        singular: "string",
      },
    },
    CustomResourceDefinitionVersion: {
      fields: {
        additionalPrinterColumns:
          "[]CustomResourceColumnDefinition Columns that a table of its objects shows.",
        deprecated: "boolean",
        deprecationWarning: "string",
        name: "string! The version, e.g. v1.",
        schema: "CustomResourceValidation What its objects look like.",
        selectableFields: "[]SelectableField",
        served: "boolean! Whether clients may use it.",
        storage: "boolean! Whether it is the stored one.",
        subresources: "CustomResourceSubresources Whether status and scale are paths of their own.",
      },
    },
    CustomResourceDefinitionCondition: {
      fields: {
        lastTransitionTime: "time",
        message: "string",
        observedGeneration: "int64",
        reason: "string",
        status: "string!",
        type: "string!",
      },
    },
    WebhookConversion: {
      fields: {
        clientConfig: "WebhookClientConfig",
        conversionReviewVersions: "[]string!",
      },
    },
    CustomResourceColumnDefinition: {
      fields: {
        description: "string",
        format: "string",
        jsonPath: "string!",
        name: "string!",
        priority: "int32",
        type: "string!",
      },
    },
    CustomResourceValidation: {
      fields: {
        openAPIV3Schema: "JSONSchemaProps",
      },
    },
    SelectableField: {
      fields: {
        jsonPath: "string!",
      },
    },
    CustomResourceSubresources: {
      fields: {
        scale: "CustomResourceSubresourceScale",
        status: "any",
      },
    },
    WebhookClientConfig: {
      fields: {
        caBundle: "bytes",
        service: "ServiceReference",
        url: "string",
      },
    },
    JSONSchemaProps: {
      fields: {
        $ref: "string",
        $schema: "string",
        additionalItems: "any",
        additionalProperties: "any",
        allOf: "[]JSONSchemaProps",
        anyOf: "[]JSONSchemaProps",
        default: "any",
        definitions: "{}JSONSchemaProps",
        dependencies: "{}any",
        description: "string",
        enum: "[]any",
        example: "any",
        exclusiveMaximum: "boolean",
        exclusiveMinimum: "boolean",
        externalDocs: "ExternalDocumentation",
        format: "string",
        id: "string",
        items: "any",
        maxItems: "int64",
        maxLength: "int64",
        maxProperties: "int64",
        maximum: "number",
        minItems: "int64",
        minLength: "int64",
        minProperties: "int64",
        minimum: "number",
        multipleOf: "number",
        not: "JSONSchemaProps",
        nullable: "boolean",
        oneOf: "[]JSONSchemaProps",
        pattern: "string",
        patternProperties: "{}JSONSchemaProps",
        properties: "{}JSONSchemaProps",
        required: "[]string",
        title: "string",
        type: "string",
        uniqueItems: "boolean",
        "x-kubernetes-embedded-resource": "boolean",
        "x-kubernetes-int-or-string": "boolean",
        "x-kubernetes-list-map-keys": "[]string",
        "x-kubernetes-list-type": "string",
        "x-kubernetes-map-type": "string",
        "x-kubernetes-preserve-unknown-fields": "boolean",
        "x-kubernetes-validations": "[=rule]ValidationRule",
      },
    },
    CustomResourceSubresourceScale: {
      fields: {
        labelSelectorPath: "string",
        specReplicasPath: "string!",
        statusReplicasPath: "string!",
      },
    },
    ServiceReference: {
      fields: {
        name: "string!",
        namespace: "string!",
        path: "string",
        port: "int32",
      },
    },
    ExternalDocumentation: {
      fields: {
        description: "string",
        url: "string",
      },
    },
    ValidationRule: {
      fields: {
        fieldPath: "string",
        message: "string",
        messageExpression: "string",
        optionalOldSelf: "boolean",
        reason: "string",
        rule: "string!",
      },
    },
  },
};
