import type {
  LoadedBlock,
  Plugin,
  PluginInstance,
  RegistryRow,
  ServedZone,
  SetupContext,
} from "../contract.ts";
import { findConflicts } from "./conflicts.ts";
import type { Corefile, Directive, ServerBlock } from "./contract.ts";
import { CorefileError, CorefileErrors } from "./errors.ts";
import { acceptedWords } from "./suggest.ts";

/** What setups get of the process; the rest of their context comes from the block. */
export type ProcessServices = Pick<SetupContext, "logger" | "metrics" | "shared"> & {
  /** Where blocks listen that do not say where; "" is every local address. Absent: there. */
  readonly hosts?: readonly string[];
};

/**
 * Sets up every plugin of every block, in the order of the registry, and starts nothing.
 *
 * @throws CorefileErrors with all that is wrong: unknown and repeated plugins, what their setups complain of, and
 *   zones served twice
 */
export function loadBlocks(
  corefile: Corefile,
  registry: readonly RegistryRow[],
  services: ProcessServices,
): LoadedBlock[] {
  const errors: CorefileError[] = [];
  if (corefile.blocks.length === 0) {
    // A file cut short on its way must not end all service at a reload.
    const position = { file: corefile.file, line: 1 };
    errors.push(new CorefileError("FL-D010", position, "there is no server block to serve"));
  }
  const loaded = corefile.blocks.map((block) => loadBlock(block, registry, services, errors));
  errors.push(
    ...findConflicts(
      loaded.map(({ block, instances }) => ({
        addresses: block.addresses,
        hosts: hostsOf(instances, services),
      })),
    ),
  );
  const [first, ...others] = errors.sort((left, right) => left.position.line - right.position.line);
  if (first !== undefined) throw new CorefileErrors(first, ...others);
  return loaded;
}

function loadBlock(
  block: ServerBlock,
  registry: readonly RegistryRow[],
  services: ProcessServices,
  errors: CorefileError[],
): LoadedBlock {
  errors.push(...unsupportedSchemes(block), ...unknownPlugins(block, registry));
  const zones = [...new Set(block.addresses.map(({ zone }) => zone))];
  const instances: PluginInstance[] = [];
  for (const { name, plugin } of registry) {
    const directives = block.directives.filter((directive) => directive.name === name);
    if (plugin === undefined || directives.length === 0) continue;
    const served = servedZones(block, hostsOf(instances, services));
    const servers = [...new Set(served.map(({ server }) => server))];
    try {
      const counted = resolveRepeats(plugin, directives, services);
      instances.push(
        plugin.setup(counted, {
          ...services,
          zones,
          servers,
          served,
          blockInstances: () => instances,
        }),
      );
    } catch (error) {
      if (!(error instanceof CorefileError)) throw error;
      errors.push(error);
    }
  }
  const sockets = instances.findLast(({ listener }) => listener?.sockets !== undefined)?.listener
    ?.sockets;
  return {
    block,
    zones,
    served: servedZones(block, hostsOf(instances, services)),
    instances,
    ...(sockets === undefined ? {} : { sockets }),
  };
}

function hostsOf(
  instances: readonly PluginInstance[],
  { hosts: otherwise = [""] }: ProcessServices,
): readonly string[] {
  const hosts = instances.flatMap(({ listener }) => listener?.hosts ?? []);
  return hosts.length === 0 ? otherwise : hosts;
}

function servedZones(block: ServerBlock, hosts: readonly string[]): ServedZone[] {
  return block.addresses.flatMap(({ scheme, zone, port }) =>
    hosts.map((host) => ({
      server: `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`,
      host,
      port,
      zone,
    })),
  );
}

function unsupportedSchemes({ addresses }: ServerBlock): CorefileError[] {
  return addresses
    .filter(({ scheme }) => scheme !== "dns")
    .map(
      ({ scheme, position }) =>
        new CorefileError(
          "FL-D011",
          position,
          `scheme '${scheme}' is not supported yet; supported: dns`,
        ),
    );
}

function unknownPlugins(
  { directives }: ServerBlock,
  registry: readonly RegistryRow[],
): CorefileError[] {
  const known = new Map(registry.map((row) => [row.name, row]));
  const supported = registry.filter(({ plugin }) => plugin !== undefined).map(({ name }) => name);
  return directives.flatMap(({ name, position }) => {
    const row = known.get(name);
    if (row?.plugin !== undefined) return [];
    const sentence =
      row === undefined
        ? `'${name}' is no plugin; ${acceptedWords(name, supported)}`
        : `plugin '${name}' is not supported yet; supported: ${supported.join(", ")}`;
    return [new CorefileError("FL-D011", position, sentence)];
  });
}

function resolveRepeats(
  plugin: Plugin,
  directives: readonly Directive[],
  { logger }: ProcessServices,
): readonly Directive[] {
  const [first, second] = directives;
  const last = directives.at(-1);
  if (first === undefined || second === undefined || last === undefined) return directives;
  if (plugin.repeated === "accumulates") return directives;
  if (plugin.repeated === "last-wins") {
    const { file, line } = last.position;
    logger.warn(
      { file, line },
      `${plugin.name} stands ${directives.length} times in one server block; the last one counts`,
    );
    return [last];
  }
  throw new CorefileError(
    "FL-D010",
    second.position,
    `'${plugin.name}' may stand once in a server block; it stands on line ${first.position.line} already`,
  );
}
