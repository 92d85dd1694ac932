/** Where a Pod's container is to be reached: pure functions, worded as kube-apiserver words refusals. */
import type { KubeObject } from "../../contract.ts";
import type { PodObject } from "../../kinds/types.ts";
import { badRequest } from "../../status.ts";

/** The container that is asked for, or else the only one. @throws StatusError 400 */
export function containerOf({ metadata, spec }: PodObject, asked: string | null): string {
  const names = (spec.containers ?? []).map(({ name = "" }) => name);
  const initNames = (spec.initContainers ?? []).map(({ name = "" }) => name);
  if (asked) {
    if ([...names, ...initNames].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  if (names.length === 1) return names[0];
  const init =
    initNames.length === 0 ? "" : ` or one of the init containers: [${initNames.join(" ")}]`;
  throw badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(" ")}]${init}`,
  );
}

/** The address of a Node inside the cluster. @throws StatusError 400 for one that has told none yet */
export function addressOf({ metadata, status }: KubeObject): string {
  const { addresses = [] } = (status ?? {}) as {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
  const found = ["InternalIP", "ExternalIP", "Hostname"]
    .map((type) => addresses.find((address) => address.type === type)?.address)
    .find((address) => address !== undefined);
  if (found !== undefined) return found;
  throw badRequest(`node ${metadata.name} has no address to reach its kubelet by`);
}
