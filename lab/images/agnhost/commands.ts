type Run = (args: readonly string[]) => Promise<void> | void;

export interface Command {
  readonly short: string;
  /** Loaded when it is asked for: a start reads one subcommand, not all. */
  readonly load: () => Promise<Run>;
}

export const commands: Readonly<Record<string, Command>> = {
  connect: {
    short: "Attempts a TCP or UDP connection and returns useful errors",
    load: async () => (await import("./connect.ts")).connect,
  },
  "dns-server-list": {
    short: "Prints the host's DNS Server list",
    load: async () => (await import("./resolv-conf.ts")).dnsServerList,
  },
  "dns-suffix": {
    short: "Prints the host's DNS suffix list",
    load: async () => (await import("./resolv-conf.ts")).dnsSuffix,
  },
  "entrypoint-tester": {
    short: "Prints the arguments that it got",
    load: async () => (args) =>
      void process.stdout.write(`[/agnhost ${["entrypoint-tester", ...args].join(" ")}]\n`),
  },
  "etc-hosts": {
    short: "Prints the host's /etc/hosts file",
    load: async () => (await import("./resolv-conf.ts")).etcHosts,
  },
  liveness: {
    short: "Starts a server that is alive for 10 seconds",
    load: async () => (await import("./liveness.ts")).liveness,
  },
  netexec: {
    short: "Creates HTTP and UDP servers with various endpoints",
    load: async () => (await import("./netexec.ts")).netexec,
  },
  "no-snat-test": {
    short: "Creates the /checknosnat and /whoami endpoints",
    load: async () => (await import("./no-snat-test.ts")).noSnatTest,
  },
  pause: {
    short: "Waits until it is told to end",
    load: async () => (await import("./pause.ts")).pause,
  },
  porter: {
    short: "Serves texts on ports that environment variables name: SERVE_PORT_9001=text",
    load: async () => (await import("./porter.ts")).porter,
  },
  "serve-hostname": {
    short: "Serves the hostname over HTTP, TCP or UDP",
    load: async () => (await import("./serve-hostname.ts")).serveHostname,
  },
  "test-webserver": {
    short: "Serves the files of the container",
    load: async () => (await import("./test-webserver.ts")).testWebserver,
  },
};
