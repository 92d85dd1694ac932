import { expect, test } from "vitest";
import { parseImageReference } from "./reference.ts";

test.each([
  ["nginx", "nginx", "latest"],
  ["nginx:1.27-alpine", "nginx", "1.27-alpine"],
  ["docker.io/library/nginx:1.27", "nginx", "1.27"],
  ["kennethreitz/httpbin", "kennethreitz/httpbin", "latest"],
  ["localhost:5000/web:2", "web", "2"],
  ["localhost/web", "web", "latest"],
  ["gcr.io/google-samples/hello-app:1.0", "google-samples/hello-app", "1.0"],
  [`busybox@sha256:${"0".repeat(64)}`, "busybox", "latest"],
  [
    `registry.k8s.io/e2e-test-images/agnhost:2.53@sha256:${"0".repeat(64)}`,
    "e2e-test-images/agnhost",
    "2.53",
  ],
])("%s is %s:%s", (reference, repository, tag) => {
  expect(parseImageReference(reference)).toEqual({ repository, tag });
});
