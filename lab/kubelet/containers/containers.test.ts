import { expect, test } from "vitest";
import type { KubeObject } from "../../apiserver/contract.ts";
import type { Container } from "../contract.ts";
import { testPod } from "../pods/testing.ts";
import { argvOf } from "./command.ts";
import type { ContainerPlan } from "./contract.ts";
import { environmentOf, environmentSources } from "./environment.ts";
import { expand } from "./expand.ts";
import { initScript } from "./init-script.ts";
import { logEntries } from "./log-file.ts";
import { quote } from "./quote.ts";
import { serviceVariables } from "./service-variables.ts";

const object = (kind: string, name: string, rest: object): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "shop" },
  ...rest,
});

test.each([
  ["plain", "plain"],
  ["$(A)/$(B)", "1/$(B)"],
  ["$$(A) $$ $A $(A", "$(A) $ $A $(A"],
])("%s becomes %s", (text, expected) => {
  expect(expand(text, { A: "1" })).toBe(expected);
});

test.each<[string, Partial<Container>, readonly string[]]>([
  ["the image's", {}, ["entry", "cmd"]],
  ["args replace its command", { args: ["$(A)"] }, ["entry", "1"]],
  ["command replaces both", { command: ["sh"] }, ["sh"]],
  ["both", { command: ["sh", "-c"], args: ["x"] }, ["sh", "-c", "x"]],
])("what is run: %s", (_, container, expected) => {
  const image = { entrypoint: ["entry"], command: ["cmd"] };
  expect(argvOf({ name: "a", ...container }, image, { A: "1" })).toEqual(expected);
});

const facts = {
  pod: testPod({ nodeName: "node1" }, { labels: { app: "x" }, annotations: { note: "y" } }),
  nodeAddresses: ["172.30.0.2"],
  podAddresses: ["10.244.1.5", "fd00::5"],
};
const sources = new Map<string, KubeObject | undefined>([
  ["configmaps/c", object("ConfigMap", "c", { data: { a: "1", b: "2" } })],
  ["secrets/s", object("Secret", "s", { data: { user: "YWRh" } })],
  ["configmaps/none", undefined],
]);
const field = (fieldPath: string): object => ({ valueFrom: { fieldRef: { fieldPath } } });

test.each<[string, object, object]>([
  [
    "values refer to those before",
    {
      env: [
        { name: "A", value: "1" },
        { name: "B", value: "$(A)$(BASE)" },
      ],
    },
    { A: "1", B: "10" },
  ],
  [
    "envFrom with a prefix",
    { envFrom: [{ prefix: "P_", configMapRef: { name: "c" } }, { secretRef: { name: "s" } }] },
    { P_a: "1", P_b: "2", user: "ada" },
  ],
  [
    "env wins over envFrom",
    { envFrom: [{ configMapRef: { name: "c" } }], env: [{ name: "a", value: "mine" }] },
    { a: "mine", b: "2" },
  ],
  [
    "optional and absent",
    {
      envFrom: [{ configMapRef: { name: "none", optional: true } }],
      env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "c", key: "z", optional: true } } }],
    },
    {},
  ],
  [
    "of the pod",
    {
      env: [
        { name: "A", ...field("metadata.labels['app']") },
        { name: "B", ...field("status.podIPs") },
        { name: "C", ...field("status.hostIP") },
      ],
    },
    { A: "x", B: "10.244.1.5,fd00::5", C: "172.30.0.2" },
  ],
  [
    "of resources",
    {
      resources: { limits: { cpu: "1500m", memory: "1Ki" } },
      env: [
        { name: "C", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
        { name: "M", valueFrom: { resourceFieldRef: { resource: "requests.memory" } } },
      ],
    },
    { C: "2", M: "1024" },
  ],
])("variables: %s", (_, container, expected) => {
  const values = environmentOf({ name: "a", ...container }, { BASE: "0" }, facts, sources);
  expect(values).toEqual({ BASE: "0", ...expected });
});

test.each<[object, string]>([
  [{ envFrom: [{ configMapRef: { name: "none" } }] }, 'configmap "none" not found'],
  [
    { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "s", key: "z" } } }] },
    "couldn't find key z in Secret shop/s",
  ],
  [{ env: [{ name: "A", ...field("spec.nope") }] }, "A: unsupported fieldPath: spec.nope"],
])("%j: %s", (container, message) => {
  expect(() => environmentOf({ name: "a", ...container }, {}, facts, sources)).toThrow(message);
});

test("objects that are needed, once each", () => {
  const container = {
    name: "a",
    envFrom: [{ configMapRef: { name: "c" } }],
    env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "c", key: "a" } } }],
  };
  expect(environmentSources(container)).toEqual(["configmaps/c"]);
});

test("variables of Services", () => {
  const spec = {
    clusterIP: "10.96.0.5",
    ports: [
      { name: "http", port: 80 },
      { name: "dns", port: 53, protocol: "UDP" },
    ],
  };
  expect(
    serviceVariables([
      object("Service", "my-web", { spec }),
      object("Service", "headless", { spec: { clusterIP: "None", ports: [{ port: 1 }] } }),
    ]),
  ).toEqual({
    MY_WEB_SERVICE_HOST: "10.96.0.5",
    MY_WEB_SERVICE_PORT: "80",
    MY_WEB_SERVICE_PORT_HTTP: "80",
    MY_WEB_SERVICE_PORT_DNS: "53",
    MY_WEB_PORT: "tcp://10.96.0.5:80",
    MY_WEB_PORT_80_TCP: "tcp://10.96.0.5:80",
    MY_WEB_PORT_80_TCP_PROTO: "tcp",
    MY_WEB_PORT_80_TCP_PORT: "80",
    MY_WEB_PORT_80_TCP_ADDR: "10.96.0.5",
    MY_WEB_PORT_53_UDP: "udp://10.96.0.5:53",
    MY_WEB_PORT_53_UDP_PROTO: "udp",
    MY_WEB_PORT_53_UDP_PORT: "53",
    MY_WEB_PORT_53_UDP_ADDR: "10.96.0.5",
  });
});

test("entries of a log", () => {
  const at = Date.parse("2030-01-01T00:00:00.123Z");
  const time = "2030-01-01T00:00:00.123000000Z";
  expect(logEntries("stdout", "one\n\nrest", at)).toEqual({
    entries: `${time} stdout F one\n${time} stdout F \n`,
    rest: "rest",
  });
  const long = logEntries("stderr", `${"x".repeat(20_000)}\n`, at).entries.split("\n");
  expect(long.map((line) => line.slice(time.length, time.length + 10))).toEqual([
    " stderr P ",
    " stderr F ",
    "",
  ]);
});

test.each([
  ["a-b_c.d/e", "a-b_c.d/e"],
  ["it's", "'it'\\''s'"],
  ["", "''"],
  ["$(x) `y`\n", "'$(x) `y`\n'"],
])("%j as a word of a shell", (word, expected) => {
  expect(quote(word)).toBe(expected);
});

test("the script names what the container asks for, and nothing of the machine's /proc/sys stays writable", () => {
  const plan: ContainerPlan = {
    name: "shop/web/a",
    argv: ["echo", "it's"],
    env: { PATH: "/bin", A: "b c" },
    workingDir: "/srv",
    hostname: "web",
    netns: undefined,
    files: "/run/image",
    stopSignal: "SIGTERM",
    mounts: [
      { source: "/run/v", target: "/data", isFile: false, readOnly: true, followsNode: false },
    ],
    user: { uid: 7, gid: 8 },
    isPrivileged: false,
    hasReadOnlyRoot: true,
    hasStdin: false,
    hasTerminal: false,
  };
  const options = { mountPoint: "/run/root", rootKind: "overlay", envHasSignals: true } as const;
  const lines = initScript(plan, options).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "cp -R /.old/run/image/. /",
      "mount --rbind /.old/run/v /data",
      "mount --make-rprivate /data",
      "mount -o remount,bind,ro /data",
      "mount -o remount,bind,ro /proc/sys",
      "mount -o remount,bind,ro /",
      "setsid setpriv --reuid=7 --regid=8 --clear-groups env --default-signal=INT,QUIT -i PATH=/bin 'A=b c' echo 'it'\\''s' <&4 3>&- 4>&- &",
    ]),
  );
  const privileged = initScript({ ...plan, isPrivileged: true }, options);
  expect(privileged).toContain("mount --rbind /.old/dev /dev");
  expect(privileged).not.toContain("ro /proc/sys");
  expect(initScript(plan, { ...options, rootKind: "read-only binds" })).not.toContain("overlay");
});
