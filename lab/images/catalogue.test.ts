import { expect, test } from "vitest";
import { imageNames, imageOf } from "./catalogue.ts";

const everything = (): boolean => true;
const nothing = (): boolean => false;

test.each([
  ["busybox:1.36", ["sh"]],
  ["docker.io/library/alpine", ["/bin/sh"]],
  ["curlimages/curl:8.8.0", ["curl"]],
  ["registry.k8s.io/pause:3.9", ["sleep", "infinity"]],
])("%s runs %j", (reference, command) => {
  expect(imageOf(reference)?.command).toEqual(command);
});

test("busybox's own programs come before the machine's where the machine has busybox", () => {
  expect(imageOf("busybox", everything)?.programs.nslookup).toEqual(["busybox", "nslookup"]);
  expect(imageOf("busybox", nothing)?.programs).toEqual({});
});

test("nginx comes with its configuration and pages, and says the version that was asked for", () => {
  const image = imageOf("nginx:1.14.2");
  expect(image?.env.NGINX_VERSION).toBe("1.14.2");
  expect(image?.stopSignal).toBe("SIGQUIT");
  expect(Object.keys(image?.files ?? {})).toContain("/usr/share/nginx/html/index.html");
  expect(image?.files["/etc/nginx/conf.d/default.conf"]).toMatch(/listen +80;/);
  const unprivileged = imageOf("nginxinc/nginx-unprivileged");
  expect(unprivileged?.files["/etc/nginx/conf.d/default.conf"]).toMatch(/listen +8080;/);
});

test("tools of DNS are what the machine has under another name", () => {
  const image = "registry.k8s.io/e2e-test-images/jessie-dnsutils:1.3";
  expect(imageOf(image, (program) => program === "kdig")?.programs).toEqual({ dig: ["kdig"] });
  expect(imageOf(image, everything)?.programs).toEqual({});
});

test.each([
  ["busybox:1.28", "/usr/bin/nslookup"],
  ["busybox:1.28.4", "/usr/bin/nslookup"],
  ["busybox:1.36", "busybox"],
  ["busybox", "busybox"],
])("%s looks names up with %s", (reference, program) => {
  expect(imageOf(reference, everything)?.programs.nslookup?.[0]).toBe(program);
});

test("python is the machine's, or what serves files in its place", () => {
  expect(imageOf("python:3.12", everything)?.programs.python).toEqual(["python3"]);
  expect(imageOf("python:3.12", nothing)?.programs.python3?.at(-1)).toMatch(/python\/main\.ts$/);
});

test("what is not known is not invented", () => {
  expect(imageOf("example.com/team/unheard-of:3")).toBeUndefined();
  expect(imageNames()).toContain("busybox");
});
