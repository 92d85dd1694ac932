/** A server of each image that stands in for one, and what it says when it is asked. */
export interface ImageServer {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly port: number;
  readonly path: string;
  readonly says: string;
}

export const imageServers: readonly ImageServer[] = [
  { image: "nginx:1.27", port: 80, path: "/", says: "Welcome to nginx!" },
  { image: "nginxinc/nginx-unprivileged", port: 8080, path: "/", says: "Welcome to nginx!" },
  { image: "httpd:2.4", port: 80, path: "/", says: "It works!" },
  { image: "kennethreitz/httpbin", port: 80, path: "/get?a=1", says: '"a": "1"' },
  { image: "mccutchen/go-httpbin", port: 8080, path: "/ip", says: '"origin": "10.244.' },
  { image: "gcr.io/google-samples/hello-app:2.0", port: 8080, path: "/", says: "Version: 2.0.0" },
  { image: "hashicorp/http-echo", args: ["-text=hi"], port: 5678, path: "/", says: "hi\n" },
  { image: "registry.k8s.io/echoserver:1.10", port: 8080, path: "/", says: "Hostname: server-" },
  {
    image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
    args: ["netexec"],
    port: 8080,
    path: "/hostname",
    says: "server-",
  },
  {
    image: "python:3.12",
    command: ["python", "-m", "http.server", "8000", "--directory", "/etc"],
    port: 8000,
    path: "/hostname",
    says: "server-",
  },
  {
    image: "busybox:1.36",
    command: ["httpd", "-f", "-p", "8080", "-h", "/etc"],
    port: 8080,
    path: "/hostname",
    says: "server-",
  },
];

/** The pod of a server; it is ready when it listens. */
export function podOf(server: ImageServer, name: string): object {
  const { image, command, args, port } = server;
  const container = {
    name: "server",
    image,
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "server" } },
    spec: { terminationGracePeriodSeconds: 5, containers: [container] },
  };
}
