/**
 * `make demo`: a cluster API with examples/demo/, the DNS server in front of it, a few names, ten seconds of load. All on
 * loopback and free ports; everything is ended by its process id, whatever happens.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "#test/support/ports.ts";
import { type Daemon, startDaemon } from "#test/support/processes.ts";
import { cpuSeconds, type LoadFigures, runLoad } from "./demo/load.ts";
import { waitForOk } from "./demo/wait.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const fairlead = join(root, "bin/fairlead");
const loadSeconds = 10;

const questions: readonly (readonly [why: string, name: string, type: string])[] = [
  ["a Service", "cart.shop.svc.cluster.local.", "A"],
  ["its named port", "_http._tcp.cart.shop.svc.cluster.local.", "SRV"],
  ["every pod behind a headless Service", "db.data.svc.cluster.local.", "A"],
  ["one pod of it by name", "db-1.db.data.svc.cluster.local.", "A"],
  ["the Service behind an address", "20.0.96.10.in-addr.arpa.", "PTR"],
];

/** What the load asks: mostly Services, some headless answers, some names that do not exist. */
const loadNames = `cart.shop.svc.cluster.local A
cart.shop.svc.cluster.local AAAA
kube-dns.kube-system.svc.cluster.local A
db.data.svc.cluster.local A
_http._tcp.cart.shop.svc.cluster.local SRV
cart.shop.svc.cluster.local.shop.svc.cluster.local A
`;

const corefile = (apiPort: number, readyPort: number): string => `cluster.local in-addr.arpa {
    errors
    ready 127.0.0.1:${readyPort}
    kubernetes cluster.local in-addr.arpa {
        endpoint http://127.0.0.1:${apiPort}
        pods insecure
    }
    loadbalance
}
`;

const print = (text = ""): void => void process.stdout.write(`${text}\n`);

async function ask(port: number): Promise<void> {
  for (const [why, name, type] of questions) {
    const args = ["@127.0.0.1", "-p", String(port), "+noall", "+answer", name, type];
    const { stdout } = await run("kdig", args);
    print(`  ${why}`);
    for (const line of stdout.trim().split("\n")) print(`    ${line.replace(/\s+/g, " ")}`);
  }
}

async function load(port: number, queryFile: string, pid: number): Promise<void> {
  const before = cpuSeconds(pid);
  let second = 0;
  const figures = await runLoad({
    port,
    queryFile,
    seconds: loadSeconds,
    onSecond: (rate) => {
      if (rate === 0 && second === 0) return; // dnsperf's first line covers no time
      second += 1;
      const bar = "█".repeat(Math.min(40, Math.round(rate / 10_000)));
      print(`  ${String(second).padStart(2)} s ${thousands(rate).padStart(9)} queries/s ${bar}`);
    },
  });
  const after = cpuSeconds(pid);
  const spent = { user: after.user - before.user, system: after.system - before.system };
  report(figures, spent);
}

function report(figures: LoadFigures, spent: { readonly user: number; readonly system: number }) {
  const queries = figures.queriesPerSecond * loadSeconds;
  const micros = (seconds: number): string => ((seconds * 1e6) / queries).toFixed(2);
  print();
  print(
    `  ${thousands(figures.queriesPerSecond)} queries/s answered, ${figures.lostPercent} % lost`,
  );
  print(`  ${figures.rcodes}`);
  print(`  mean latency ${figures.meanLatencyMs.toFixed(2)} ms at this load`);
  print(`  CPU a query: ${micros(spent.user)} µs user, ${micros(spent.system)} µs kernel`);
}

const thousands = (value: number): string => Math.round(value).toLocaleString("en-US");

async function demo(folder: string, daemons: Daemon[]): Promise<void> {
  const [apiPort = 0, dnsPort = 0, readyPort = 0] = await freePorts(3);
  const conf = join(folder, "Corefile");
  const queryFile = join(folder, "queries");
  writeFileSync(conf, corefile(apiPort, readyPort));
  writeFileSync(queryFile, loadNames);

  print(`API server with examples/demo/ on 127.0.0.1:${apiPort}`);
  const api = startDaemon(fairlead, [
    "apiserver",
    ...["--listen", `127.0.0.1:${apiPort}`, "--insecure-http"],
    ...["--manifests", join(root, "examples/demo")],
  ]);
  daemons.push(api);
  await waitForOk(`http://127.0.0.1:${apiPort}/readyz`, api);

  print(`DNS server on port ${dnsPort}, watching it`);
  const dns = startDaemon(fairlead, ["dns", "-conf", conf, "-dns.port", String(dnsPort)]);
  daemons.push(dns);
  await waitForOk(`http://127.0.0.1:${readyPort}/ready`, dns);

  print("\nA few names");
  await ask(dnsPort);
  print(`\n${loadSeconds} seconds of load on loopback, from dnsperf on the same cores`);
  if (dns.process.pid === undefined) throw new Error("the DNS server has no process id");
  await load(dnsPort, queryFile, dns.process.pid);
}

const folder = mkdtempSync(join(tmpdir(), "fairlead-demo-"));
const daemons: Daemon[] = [];
async function cleanUp(): Promise<void> {
  for (const daemon of daemons.splice(0).reverse()) await daemon.stop();
  rmSync(folder, { recursive: true, force: true });
}
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void cleanUp().then(() => process.exit(130)));

try {
  await demo(folder, daemons);
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
