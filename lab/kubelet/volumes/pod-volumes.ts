import { mkdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "../../apiserver/contract.ts";
import { isNotFound } from "../../client/api-error.ts";
import type { KubeClient, Watch } from "../../client/contract.ts";
import { ConfigError } from "../containers/config-error.ts";
import type { Pod, Volume } from "../contract.ts";
import type { PodFacts } from "../pods/fields.ts";
import { writeFiles } from "./atomic-writer.ts";
import type { FileVolume } from "./contract.ts";
import { fileVolumeOf, volumeObjectKeys } from "./file-volume.ts";
import { hostPath } from "./host-path.ts";
import { volumeFiles } from "./volume-files.ts";

/** A token is replaced when so much of its life is over. */
const tokenRenewal = 0.8;
const defaultTokenSeconds = 3600;

/** The volumes of one pod on this node: made once, and kept as the objects that they come from. */
export class PodVolumes {
  readonly #client: KubeClient;
  readonly #folder: string;
  readonly #watches: Watch[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #paths: Promise<ReadonlyMap<string, string>> | undefined;
  #facts: PodFacts | undefined;
  #isClosed = false;

  /** @param folder of the pod's volumes */
  constructor(client: KubeClient, folder: string) {
    this.#client = client;
    this.#folder = folder;
  }

  /** Node's folder or file by name of the volume. After a refusal it may be called again. @throws ConfigError */
  paths(facts: PodFacts): Promise<ReadonlyMap<string, string>> {
    this.#facts = facts;
    this.#paths ??= this.#make(facts.pod).catch((error) => {
      this.#paths = undefined;
      this.#unwatch();
      throw error;
    });
    return this.#paths;
  }

  /** Files of the downward API show the pod as it is now. */
  update(pod: Pod): void {
    if (this.#facts !== undefined) this.#facts = { ...this.#facts, pod };
  }

  close(): void {
    this.#isClosed = true;
    this.#unwatch();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #unwatch(): void {
    for (const watch of this.#watches.splice(0)) watch.close();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #make({ spec }: Pod): Promise<ReadonlyMap<string, string>> {
    const volumes = spec.volumes ?? [];
    const made = volumes.map(async (volume) => [volume.name, await this.#makeOne(volume)] as const);
    // To the end of all, though one is refused: what the others watch is then there to be closed.
    await Promise.allSettled(made);
    return new Map(await Promise.all(made));
  }

  async #makeOne(volume: Volume): Promise<string> {
    const folder = join(this.#folder, volume.name);
    const fileVolume = fileVolumeOf(volume);
    try {
      if (volume.hostPath !== undefined)
        return hostPath(volume.hostPath.path, volume.hostPath.type);
      if (fileVolume === undefined && volume.emptyDir === undefined)
        throw new ConfigError("of a kind that the lab does not have");
      mkdirSync(folder, { recursive: true, mode: 0o777 });
      if (fileVolume !== undefined) await this.#fill(folder, fileVolume);
      return realpathSync(folder);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ConfigError(`MountVolume.SetUp failed for volume "${volume.name}" : ${why}`);
    }
  }

  async #fill(folder: string, volume: FileVolume): Promise<void> {
    const keys = volumeObjectKeys(volume);
    const objects = new Map<string, KubeObject | undefined>();
    await Promise.all(keys.map(async (key) => objects.set(key, await this.#read(key))));
    let token = await this.#token(volume, (renewed) => {
      token = renewed;
      rewrite();
    });
    const write = (): void => {
      const facts = this.#facts;
      if (facts !== undefined && !this.#isClosed)
        writeFiles(folder, volumeFiles(volume, facts, objects, token));
    };
    const rewrite = (): void => {
      try {
        write();
      } catch {
        // A key that is needed has gone: the files stay as they are.
      }
    };
    write();
    for (const key of keys)
      this.#watch(key, (object) => {
        const before = objects.get(key)?.metadata.resourceVersion;
        // What a pod has mounted stays when the object goes.
        if (object === undefined || object.metadata.resourceVersion === before) return;
        objects.set(key, object);
        rewrite();
      });
  }

  async #read(key: string): Promise<KubeObject | undefined> {
    try {
      const { namespace } = this.#namespace;
      return await this.#client.request("GET", `/api/v1/namespaces/${namespace}/${key}`);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #watch(key: string, changed: (object: KubeObject | undefined) => void): void {
    const [kind, name = ""] = key.split("/");
    const query = new URLSearchParams({ fieldSelector: `metadata.name=${name}` });
    const path = `/api/v1/namespaces/${this.#namespace.namespace}/${kind}?${query}`;
    this.#watches.push(this.#client.watch(path, { change: (_key, object) => changed(object) }));
  }

  /** The token that a source asks for, renewed for as long as the volume is there; "" when none asks. */
  async #token({ sources }: FileVolume, renewed: (token: string) => void): Promise<string> {
    const wanted = sources.find((one) => one.serviceAccountToken)?.serviceAccountToken;
    if (wanted === undefined) return "";
    const { expirationSeconds = defaultTokenSeconds, audience } = wanted;
    const { namespace, account } = this.#namespace;
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
    const request = async (): Promise<string> => {
      const answer = await this.#client.request("POST", path, {
        body: {
          apiVersion: "authentication.k8s.io/v1",
          kind: "TokenRequest",
          spec: { expirationSeconds, ...(audience !== undefined && { audiences: [audience] }) },
        },
      });
      // A TokenRequest's status holds the token.
      return (answer.status as { token: string }).token;
    };
    const renewLater = (afterMs: number): void => {
      if (this.#isClosed) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        request().then(
          (token) => {
            renewed(token);
            renewLater(expirationSeconds * 1000 * tokenRenewal);
          },
          () => renewLater(10_000),
        );
      }, afterMs);
      this.#timers.add(timer);
    };
    const token = await request();
    renewLater(expirationSeconds * 1000 * tokenRenewal);
    return token;
  }

  get #namespace(): { readonly namespace: string; readonly account: string } {
    const pod = this.#facts?.pod;
    return {
      namespace: pod?.metadata.namespace ?? "",
      account: pod?.spec.serviceAccountName || "default",
    };
  }
}
