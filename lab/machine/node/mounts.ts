/** What a node sees of the machine's files: text for sh(1) from values, nothing else. */

/** Folders that each node has of its own. */
const ownFolders = ["/run", "/etc/cni", "/opt/cni", "/var/lib", "/var/log"] as const;

/** Of these the machine may have none: nodes get them from a layer above, so that the machine does not. */
const layeredFolders = ["/etc", "/opt"] as const;

/**
 * Prepares the supervisor's mount namespace, once: the nodes' files in memory, and the folders to mount theirs on.
 * @param nodesFolder that has all nodes' files
 */
export function machineMounts(nodesFolder: string): string {
  const layers = layeredFolders.flatMap((folder) => {
    const layer = `${nodesFolder}/.layers${folder}`;
    const options = `lowerdir=${folder},upperdir=${layer}/upper,workdir=${layer}/work`;
    return [
      `mkdir -p ${quote(`${layer}/upper`)} ${quote(`${layer}/work`)}`,
      `mount -t overlay -o ${quote(options)} fairlead-lab ${folder}`,
      `mkdir -p ${folder}/cni`,
    ];
  });
  return script(
    // A namespace of the machine's would live for as long as its name is mounted here.
    "umount --recursive --lazy /run/netns 2>/dev/null || :",
    `mount -t tmpfs -o mode=755 fairlead-lab ${quote(nodesFolder)}`,
    ...layers,
  );
}

export interface NodeMounts {
  readonly hostname: string;
  /** Of the node, has its private files. */
  readonly folder: string;
  /** Paths that stay to be seen although a private folder covers them. */
  readonly kept: readonly string[];
  /** What becomes of the process in the end: pid 1 of the node. */
  readonly words: readonly string[];
}

/** In a node's new mount and UTS namespaces. Its mounts are shared, so that pods may be given them as they come. */
export function nodeMounts({ hostname, folder, kept, words }: NodeMounts): string {
  const lines = ownFolders.flatMap((covered) => {
    const own = `${folder}/root${covered}`;
    const visible = kept.filter((path) => path.startsWith(`${covered}/`));
    return [
      `mkdir -p ${quote(own)}`,
      ...visible.flatMap((path) => {
        const inside = quote(`${folder}/root${path}`);
        return [`mkdir -p ${inside}`, `mount --rbind ${quote(path)} ${inside}`];
      }),
      `mount --rbind ${quote(own)} ${covered}`,
    ];
  });
  return script(
    ...lines,
    "mount --make-rshared /",
    `echo ${quote(hostname)} > /proc/sys/kernel/hostname`,
    `exec ${words.map(quote).join(" ")}`,
  );
}

const script = (...lines: readonly string[]): string => `${["set -eu", ...lines].join("\n")}\n`;

function quote(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
