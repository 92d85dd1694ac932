import type {
  Attachment,
  CniCommand,
  CniResult,
  NetworkList,
  PluginConfiguration,
  RunPlugin,
} from "./contract.ts";

/** What a plugin reads: its configuration, the list's name and version, what it is able to do, the result before. */
export function stdinOf(
  list: NetworkList,
  plugin: PluginConfiguration,
  attachment: Attachment,
  prevResult: CniResult | undefined,
): string {
  const { capabilities, ...rest } = plugin;
  const able = Object.entries(attachment.capabilityArgs).filter(([name]) => capabilities?.[name]);
  return JSON.stringify({
    ...rest,
    cniVersion: list.cniVersion,
    name: list.name,
    ...(able.length > 0 && { runtimeConfig: Object.fromEntries(able) }),
    ...(prevResult !== undefined && { prevResult }),
  });
}

export function environmentOf(
  command: CniCommand,
  { containerId, netns, ifname, args }: Attachment,
  programs: string,
): Readonly<Record<string, string>> {
  return {
    CNI_COMMAND: command,
    CNI_CONTAINERID: containerId,
    CNI_NETNS: netns,
    CNI_IFNAME: ifname,
    CNI_ARGS: args.map(([key, value]) => `${key}=${value}`).join(";"),
    CNI_PATH: programs,
  };
}

/**
 * Runs a command over a list: ADD and CHECK from the first plugin to the last, DEL the other way round. ADD hands each
 * result to the next; the others get the result that ADD ended with.
 * @throws CniError of the plugin that refuses; those behind it are not run
 */
export async function runList(
  command: "ADD" | "DEL" | "CHECK",
  list: NetworkList,
  attachment: Attachment,
  programs: string,
  run: RunPlugin,
  cached?: CniResult,
): Promise<CniResult | undefined> {
  const environment = environmentOf(command, attachment, programs);
  const plugins = command === "DEL" ? list.plugins.toReversed() : list.plugins;
  let result = cached;
  for (const plugin of plugins) {
    const stdin = stdinOf(list, plugin, attachment, result);
    const stdout = await run(plugin.type, environment, stdin);
    if (command === "ADD") result = JSON.parse(stdout) as CniResult;
  }
  return result;
}
