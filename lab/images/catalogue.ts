/** The images that there are stand-ins for. */
import { findIn } from "#linux/command.ts";
import type { Image } from "./contract.ts";
import { welcomePage } from "./httpd/welcome.ts";
import { imageFiles } from "./nginx/image-files.ts";
import { type ImageName, parseImageReference } from "./reference.ts";

/** The bundled program where the lab has one, as the real image does; the sources else. */
const bundled = process.env.FAIRLEAD_LAB_PROGRAM;
const fairlead =
  bundled === undefined
    ? [new URL("../../bin/fairlead", import.meta.url).pathname]
    : [process.execPath, "--max-semi-space-size=8", bundled];
const compiled = new URL("../../node_modules/.cache/fairlead", import.meta.url).pathname;

/** Where containers look, unless their image says otherwise. */
const systemFolders = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".split(":");

/** Of busybox's many programs those that differ from what a machine has under the same name, or that it may lack. */
const busyboxPrograms =
  "ash httpd nc nslookup ping ping6 sh telnet tftp traceroute udhcpc vi wget".split(" ");

type HasProgram = (program: string) => boolean;
type Describe = (name: ImageName, hasProgram: HasProgram) => Partial<Image>;

/** By the last component of the repository: mirrors keep that. */
const images: Readonly<Record<string, Describe>> = {
  fairlead: () => ({
    entrypoint: ["fairlead"],
    command: ["help"],
    programs: { fairlead },
  }),
  busybox: ({ tag }, hasProgram) => ({ command: ["sh"], programs: busybox(hasProgram, tag) }),
  alpine: (_, hasProgram) => ({ command: ["/bin/sh"], programs: busybox(hasProgram, "latest") }),
  debian: () => ({ command: ["bash"] }),
  ubuntu: () => ({ command: ["/bin/bash"] }),
  "jessie-dnsutils": (_, hasProgram) => ({
    command: ["sleep", "infinity"],
    programs: dnsTools(hasProgram),
  }),
  netshoot: (_, hasProgram) => ({ command: ["bash"], programs: dnsTools(hasProgram) }),
  curl: () => ({ command: ["curl"] }),
  python: (_, hasProgram) => ({
    command: ["python3"],
    programs: hasProgram("python3")
      ? { python: ["python3"] }
      : { python: standIn("python"), python3: standIn("python") },
  }),
  pause: () => ({ command: ["sleep", "infinity"] }),

  nginx,
  "nginx-slim": nginx,
  "nginx-unprivileged": nginx,
  httpd: () => ({
    command: ["httpd-foreground"],
    env: { HTTPD_VERSION: "2.4.62", HTTPD_PREFIX: "/usr/local/apache2" },
    workingDir: "/usr/local/apache2",
    programs: { "httpd-foreground": standIn("httpd"), httpd: standIn("httpd") },
    files: { "/usr/local/apache2/htdocs/index.html": welcomePage },
    stopSignal: "SIGWINCH",
  }),
  httpbin: () => ({
    command: ["gunicorn", "-b", "0.0.0.0:80", "httpbin:app", "-k", "gevent"],
    programs: { gunicorn: standIn("httpbin", "python") },
  }),
  "go-httpbin": () => ({
    command: ["go-httpbin"],
    programs: { "go-httpbin": standIn("httpbin", "go") },
  }),
  "hello-app": ({ tag }) => ({
    entrypoint: ["hello-app"],
    programs: { "hello-app": standIn("hello-app", tag.startsWith("2") ? "2.0.0" : "1.0.0") },
  }),
  "http-echo": () => ({
    entrypoint: ["http-echo"],
    programs: { "http-echo": standIn("http-echo"), "/http-echo": standIn("http-echo") },
  }),
  echoserver: ({ tag }) => ({
    command: ["echoserver"],
    programs: { echoserver: standIn("echoserver", tag) },
  }),
  agnhost: (_, hasProgram) => ({
    entrypoint: ["agnhost"],
    command: ["pause"],
    programs: {
      agnhost: standIn("agnhost"),
      "/agnhost": standIn("agnhost"),
      ...dnsTools(hasProgram),
    },
  }),
};

/** The image of that reference, or undefined when nothing stands in for it. */
export function imageOf(reference: string, hasProgram: HasProgram = isOnPath): Image | undefined {
  const name = parseImageReference(reference);
  const describe = images[name.repository.split("/").at(-1) ?? ""];
  return describe === undefined ? undefined : { ...scratch, ...describe(name, hasProgram) };
}

/** An image without anything of its own. */
export const scratch: Image = {
  entrypoint: [],
  command: [],
  env: {},
  workingDir: "/",
  programs: {},
  files: {},
  stopSignal: "SIGTERM",
};

/** Names of images that there are, for messages. */
export function imageNames(): readonly string[] {
  return Object.keys(images).sort();
}

/** A program of this folder. Its compiled code is kept over starts beside Fairlead's own. */
function standIn(folder: string, ...args: readonly string[]): readonly string[] {
  const main = new URL(`./${folder}/main.ts`, import.meta.url).pathname;
  const quiet = "--disable-warning=ExperimentalWarning";
  return ["env", `NODE_COMPILE_CACHE=${compiled}`, process.execPath, quiet, main, ...args];
}

function nginx({ repository, tag }: ImageName): Partial<Image> {
  const [version] = /^\d+\.\d+\.\d+/.exec(tag) ?? [];
  const isUnprivileged = repository.endsWith("-unprivileged");
  return {
    command: ["nginx", "-g", "daemon off;"],
    env: { NGINX_VERSION: version ?? "1.29.3" },
    programs: { nginx: standIn("nginx") },
    files: imageFiles(isUnprivileged ? 8080 : 80),
    stopSignal: "SIGQUIT",
  };
}

function busybox(hasProgram: HasProgram, tag: string): Image["programs"] {
  if (!hasProgram("busybox")) return {};
  const programs = Object.fromEntries(busyboxPrograms.map((name) => [name, ["busybox", name]]));
  // Up to 1.28, which tutorials have for that reason, nslookup took names as the search list makes them. Later ones ask
  // for every name of the list and fail when one is not there; what other machines have does as the old one did.
  const isOld = /^1\.(?:1?\d|2[0-8])(?:\D|$)/.test(tag);
  return isOld && hasProgram("nslookup")
    ? { ...programs, nslookup: ["/usr/bin/nslookup"] }
    : programs;
}

/** Knot's kdig takes dig's arguments but +search; busybox has an nslookup, which knows full names alone. */
function dnsTools(hasProgram: HasProgram): Image["programs"] {
  return {
    ...(hasProgram("dig") || !hasProgram("kdig") ? {} : { dig: ["kdig"] }),
    ...(hasProgram("nslookup") || !hasProgram("busybox")
      ? {}
      : { nslookup: ["busybox", "nslookup"] }),
  };
}

function isOnPath(program: string): boolean {
  return findIn(systemFolders, program) !== undefined;
}
