import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../contract.ts";
import { createApiServer } from "../../server.ts";

let server: ApiServer;

beforeEach(() => {
  server = createApiServer();
});

afterEach(() => server.close());

const labels = { app: "web" };
const container = { name: "web", image: "nginx", ports: [{ containerPort: 80 }] };
const template = { metadata: { labels }, spec: { containers: [container] } };
const spec = { selector: { matchLabels: labels }, template };

const create = (kind: string, given: object) =>
  server.objects.create({ apiVersion: "apps/v1", kind, metadata: { name: "web" }, spec: given })
    .object;

describe("workloads are completed", () => {
  it.each([
    ["Deployment", { replicas: 1, strategy: { type: "RollingUpdate" }, revisionHistoryLimit: 10 }],
    ["ReplicaSet", { replicas: 1 }],
    ["DaemonSet", { updateStrategy: { rollingUpdate: { maxUnavailable: 1 } } }],
    ["StatefulSet", { replicas: 1, podManagementPolicy: "OrderedReady" }],
  ])("%s", (kind, expected) => {
    expect(create(kind, spec).spec).toMatchObject({
      ...expected,
      template: {
        spec: {
          restartPolicy: "Always",
          containers: [{ imagePullPolicy: "Always", ports: [{ protocol: "TCP" }] }],
        },
      },
    });
  });

  it("keeps what is said", () => {
    const said = { ...spec, replicas: 0, strategy: { type: "Recreate" } };
    expect(create("Deployment", said).spec).toMatchObject({
      replicas: 0,
      strategy: { type: "Recreate" },
    });
  });
});

describe("workloads are refused", () => {
  it.each([
    ["without a selector", { template }, "spec.selector: Required value"],
    ["without a template", { selector: spec.selector }, "spec.template: Required value"],
    ["with an empty selector", { selector: {}, template }, "empty selector"],
    [
      "when the selector misses the template",
      { selector: { matchLabels: { app: "other" } }, template },
      "`selector` does not match template `labels`",
    ],
    [
      "without containers",
      { ...spec, template: { metadata: { labels } } },
      "spec.template.spec.containers: Required value",
    ],
  ])("%s", (_what, wrong, message) => {
    expect(() => create("Deployment", wrong)).toThrowError(message);
  });

  it("when the selector changes", () => {
    const made = create("Deployment", spec);
    const other = { tier: "front", app: "web" };
    const changed = {
      selector: { matchLabels: other },
      template: { ...template, metadata: { labels: other } },
    };
    expect(() => server.objects.replace({ ...made, spec: changed })).toThrowError(
      "field is immutable",
    );
  });
});
