import { mkdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KubeObject } from "../../apiserver/contract.ts";
import { isNotFound } from "../../client/api-error.ts";
import type { KubeClient } from "../../client/contract.ts";
import type { Image } from "../../images/contract.ts";
import { argvOf } from "../containers/command.ts";
import type { ContainerPlan, Mount } from "../containers/contract.ts";
import { environmentOf, environmentSources } from "../containers/environment.ts";
import type { ImageFolders } from "../containers/image-folders.ts";
import { serviceVariables } from "../containers/service-variables.ts";
import type { Container, Pod } from "../contract.ts";
import { utsName } from "../sandbox/hostname.ts";
import type { MadeSandbox } from "../sandbox/sandboxes.ts";
import { volumeMounts } from "../volumes/mounts.ts";
import type { PodFacts } from "./fields.ts";

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Where a container finds the programs of its image. */
const programsTarget = "/.image/bin";

export interface PrepareOptions {
  readonly client: KubeClient;
  readonly nodeName: string;
  readonly clusterDomain: string;
  readonly images: ImageFolders;
  /** Folders of the machine that are no part of its root file system. */
  readonly machineFolders: readonly string[];
}

export interface Prepared {
  readonly plan: ContainerPlan;
  /** Where the container leaves its last words; undefined where it cannot. */
  readonly messageFile: string | undefined;
}

/** Everything a container needs, looked up. @throws ConfigError for what is not there, ApiError when the API is not */
export async function prepareContainer(
  container: Container,
  image: Image,
  facts: PodFacts,
  sandbox: MadeSandbox,
  volumes: ReadonlyMap<string, string>,
  files: { readonly etc: string; readonly message: string },
  options: PrepareOptions,
): Promise<Prepared> {
  const { pod } = facts;
  const { clusterDomain, nodeName } = options;
  const hostname = utsName(pod, clusterDomain, nodeName);
  const base = {
    ...image.env,
    PATH: `${programsTarget}:${image.env.PATH ?? systemPath}`,
    HOME: "/root",
    HOSTNAME: hostname,
    ...(container.tty && { TERM: "xterm" }),
    ...serviceVariables(await servicesFor(pod, options.client)),
  };
  const sources = await lookUp(environmentSources(container), pod, options.client);
  const env = environmentOf(container, base, facts, sources);
  const privileged = container.securityContext?.privileged ?? false;
  const messageTarget = container.terminationMessagePath ?? "/dev/termination-log";
  // A privileged container has the node's own /dev, where nothing may be left.
  const hasMessage = !(privileged && messageTarget.startsWith("/dev/"));
  if (hasMessage) {
    mkdirSync(dirname(files.message), { recursive: true });
    writeFileSync(files.message, "");
  }
  const etc = ["resolv.conf", "hosts", "hostname"].map((name) =>
    file(join(files.etc, name), `/etc/${name}`),
  );
  const brought = options.images.of(image);
  const mounts: Mount[] = [
    ...options.machineFolders.map((path) => folder(path, path)),
    folder(brought.programs, programsTarget),
    ...etc,
    ...(hasMessage ? [file(files.message, messageTarget)] : []),
  ];
  const wanted = volumeMounts(container, volumes, env);
  const isTaken = ({ target }: Mount): boolean => wanted.some((one) => one.target === target);
  return {
    messageFile: hasMessage ? files.message : undefined,
    plan: {
      name: `${pod.metadata.namespace}/${pod.metadata.name}/${container.name}`,
      argv: argvOf(container, image, env),
      env,
      workingDir: container.workingDir || image.workingDir || "/",
      hostname,
      netns: sandbox.netns,
      files: brought.files,
      stopSignal: image.stopSignal,
      mounts: [...mounts.filter((mount) => !isTaken(mount)), ...wanted],
      user: userOf(container, pod),
      isPrivileged: privileged,
      hasReadOnlyRoot: container.securityContext?.readOnlyRootFilesystem ?? false,
      hasStdin: container.stdin ?? false,
      hasTerminal: container.tty ?? false,
    },
  };
}

function userOf({ securityContext: own }: Container, { spec }: Pod): ContainerPlan["user"] {
  const uid = own?.runAsUser ?? spec.securityContext?.runAsUser;
  const gid = own?.runAsGroup ?? spec.securityContext?.runAsGroup;
  return uid === undefined && gid === undefined ? undefined : { uid: uid ?? 0, gid: gid ?? 0 };
}

function file(path: string, target: string): Mount {
  return { source: realpathSync(path), target, isFile: true, readOnly: false, followsNode: false };
}

function folder(path: string, target: string): Mount {
  const isFile = !statSync(path).isDirectory();
  return { source: realpathSync(path), target, isFile, readOnly: false, followsNode: false };
}

/** Those of the pod's namespace, unless it wants none, and always the API's own. */
async function servicesFor(
  { metadata: { namespace }, spec }: Pod,
  client: KubeClient,
): Promise<readonly KubeObject[]> {
  const kubernetes = await client
    .request("GET", "/api/v1/namespaces/default/services/kubernetes")
    .catch(unlessNotFound);
  const own =
    spec.enableServiceLinks === false
      ? undefined
      : await client.request("GET", `/api/v1/namespaces/${namespace}/services`);
  // A list has its objects in items.
  const items = (own?.items ?? []) as readonly KubeObject[];
  return [...(kubernetes === undefined ? [] : [kubernetes]), ...items];
}

async function lookUp(
  keys: readonly string[],
  { metadata: { namespace } }: Pod,
  client: KubeClient,
): Promise<ReadonlyMap<string, KubeObject | undefined>> {
  const found = await Promise.all(
    keys.map((key) =>
      client.request("GET", `/api/v1/namespaces/${namespace}/${key}`).catch(unlessNotFound),
    ),
  );
  return new Map(keys.map((key, index) => [key, found[index]]));
}

function unlessNotFound(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
  return undefined;
}
