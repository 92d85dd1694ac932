import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes what libcni keeps of an attachment between ADD and DEL; gives the file's path. */
export function keepAttachment(
  folder: string,
  attachment: {
    readonly network: string;
    readonly containerId: string;
    readonly ifname: string;
    readonly netns: string;
    readonly types: readonly string[];
    readonly pod?: readonly [namespace: string, name: string];
  },
): string {
  const { network, containerId, ifname: ifName, netns, types, pod = [] } = attachment;
  const list = { cniVersion: "1.0.0", name: network, plugins: types.map((type) => ({ type })) };
  const [namespace, name] = pod;
  const file = join(folder, `${network}-${containerId}-${ifName}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({
      kind: "cniCacheV1",
      containerId,
      config: Buffer.from(JSON.stringify(list)).toString("base64"),
      ifName,
      networkName: network,
      netns,
      cniArgs: [
        ["IgnoreUnknown", "1"],
        ["K8S_POD_NAMESPACE", namespace ?? ""],
        ["K8S_POD_NAME", name ?? ""],
      ],
      result: {},
    }),
    { mode: 0o600 },
  );
  return file;
}
