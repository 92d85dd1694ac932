import { onTestFinished } from "vitest";
import {
  type DnsServerOptions,
  type DnsServerProcess,
  startDnsServer,
} from "#test/support/dns-server.ts";
import { fixtureDirectory, type ManifestDirectory } from "#test/support/fixture-directory.ts";

/** A server that is ended with the test. */
export async function serve(
  corefile: string,
  options?: DnsServerOptions,
): Promise<DnsServerProcess> {
  const server = await startDnsServer(corefile, options);
  onTestFinished(async () => void (await server.stop()));
  return server;
}

/** The conformance cluster as manifests, removed with the test. */
export function manifests(): ManifestDirectory {
  const directory = fixtureDirectory();
  onTestFinished(() => directory.remove());
  return directory;
}
