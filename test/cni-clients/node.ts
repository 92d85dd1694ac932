import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createFolder } from "#test/support/lease-folder.ts";
import { startAgent } from "#test/topology/agent-client.ts";
import { buildTopology } from "#test/topology/build.ts";
import type { Agent } from "#test/topology/contract.ts";
import { run, start } from "#test/topology/process.ts";
import { removeCgroups } from "./cgroups.ts";
import type { Daemon, RuntimeNode } from "./contract.ts";

/** A process that ends with this one. */
const leashed = ["setpriv", "--pdeathsig", "KILL"];

/** $1 is an empty folder. What is printed tells that all is there; the end of the input ends the node. */
const furnish = `
mount -t tmpfs none /run
mkdir /run/netns /run/processes
mount --bind /run/netns /run/netns
mount --make-shared /run/netns
mount -t tmpfs none "$1"
for path in etc opt var; do
  mkdir "$1/$path" "$1/$path.work"
  mount -t overlay -o "lowerdir=/$path,upperdir=$1/$path,workdir=$1/$path.work" none "/$path"
done
mkdir -p /etc/cni /opt/cni/bin
rm -rf /etc/cni/net.d
mkdir /etc/cni/net.d
echo furnished
exec cat
`;

let serial = 0;

/** A node at 192.168.60.1 and another machine at 192.168.60.100; nothing of a CNI is there yet. */
export async function createRuntimeNode(): Promise<RuntimeNode> {
  const [folder, removeFolder] = createFolder();
  const layers = join(folder, "layers");
  mkdirSync(layers);
  const topology = await buildTopology({
    underlay: ["192.168.60.0/24"],
    nodes: [{ name: "node", addresses: ["192.168.60.1"], podCidrs: [] }],
    hosts: [{ name: "outside", addresses: ["192.168.60.100"] }],
  });
  const place = topology.place("node");
  await place.run("ip", ["link", "del", "pods0"]);
  const own = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const keeper = place.start("unshare", [...own, "sh", "-euc", furnish, "node", layers]);
  while (keeper.isRunning() && !keeper.output().includes("furnished")) await sleep(20);
  if (!keeper.isRunning()) throw new Error(`no node for runtimes: ${keeper.output()}`);

  const proc = `/proc/${keeper.pid}`;
  const spaces = [`--net=${proc}/ns/net`, `--mount=${proc}/ns/mnt`];
  const entering = ["nsenter", ...spaces, `--pid=${proc}/ns/pid_for_children`, "--"];
  const cgroup = `/fairlead-test-${process.pid}-${++serial}`;
  const agents = new Map<string, ReturnType<typeof startAgent>>();
  const inside = (command: string, ...args: readonly string[]): Promise<string> =>
    run([...entering, command, ...args]);
  const path = (name: string): string => `${proc}/root${name.replace(/^\/var\/run\//, "/run/")}`;

  return {
    folder,
    cgroup,
    outside: topology.place("outside"),
    path,
    run: inside,
    async start(command, ...args): Promise<Daemon> {
      // The process's own number inside, for signals: nsenter passes none on.
      const file = `/run/processes/${++serial}`;
      const script = `echo $$ >${file}; exec "$@"`;
      const words = [...entering, "sh", "-euc", script, "daemon", command, ...args];
      const started = start([...leashed, ...words]);
      return {
        isRunning: started.isRunning,
        output: started.output,
        async end(signal) {
          if (!started.isRunning()) return;
          await inside("sh", "-euc", `kill -${signal} $(cat ${file})`);
          await started.ended;
        },
      };
    },
    async agent(netns) {
      const where = netns === undefined ? `${proc}/ns/net` : path(netns);
      const known =
        agents.get(where) ?? startAgent([...leashed, "nsenter", `--net=${where}`, "--"], where);
      agents.set(where, known);
      return (await known).agent;
    },
    async close() {
      for (const started of agents.values()) await (await started).process.stop();
      // Its death is that of all processes on the node.
      keeper.kill("SIGKILL");
      await keeper.ended;
      await topology.close();
      await removeCgroups(cgroup);
      removeFolder();
    },
  };
}

/** Whom a server saw, or why there was no answer. */
export async function ask(client: Agent, address: string, port: number): Promise<string> {
  const [outcome] = await client.attempt({ transport: "tcp", address, port, timeoutMs: 2000 });
  return outcome?.kind === "answer" ? `${outcome.server} saw ${outcome.source}` : "no answer";
}

/** Looks again until it is so. @throws Error when it is not within 20 s, in these words */
export async function becomes(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let look = 0; look < 400; look++) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error(what);
}
