/** Definitions of the kinds of the Prometheus operator that the chart uses, as far as it uses them. */
const labels = "{ type: object, additionalProperties: { type: string } }";

function definition(plural: string, kind: string, spec: string): string {
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.monitoring.coreos.com
spec:
  group: monitoring.coreos.com
  scope: Namespaced
  names: { plural: ${plural}, singular: ${kind.toLowerCase()}, kind: ${kind}, listKind: ${kind}List }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              properties:
${spec.replace(/^/gm, " ".repeat(16))}
`;
}

const serviceMonitor = `jobLabel: { type: string }
selector: { type: object, properties: { matchLabels: ${labels} } }
namespaceSelector: { type: object, properties: { matchNames: { type: array, items: { type: string } } } }
endpoints:
  type: array
  items: { type: object, properties: { port: { type: string }, interval: { type: string } } }`;

const prometheusRule = `groups:
  type: array
  items:
    type: object
    required: [name]
    properties:
      name: { type: string }
      rules:
        type: array
        items:
          type: object
          required: [expr]
          properties:
            alert: { type: string }
            expr: { type: string }
            for: { type: string }
            labels: ${labels}
            annotations: ${labels}`;

export const operatorDefinitions = [
  definition("servicemonitors", "ServiceMonitor", serviceMonitor),
  definition("prometheusrules", "PrometheusRule", prometheusRule),
].join("---\n");
