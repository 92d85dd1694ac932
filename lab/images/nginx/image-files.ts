/** What the nginx image has on its disk: manifests mount over it, look into it and write beside it. */
import { mimeTypes } from "../serving/mime-types.ts";

export const mainFile = "/etc/nginx/nginx.conf";
export const htmlFolder = "/usr/share/nginx/html";

const nginxConf = `user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
`;

const defaultConf = (port: number): string => `server {
    listen       ${port};
    listen  [::]:${port};
    server_name  localhost;

    location / {
        root   ${htmlFolder};
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   ${htmlFolder};
    }
}
`;

const page = (title: string, paragraphs: readonly string[]): string => `<!DOCTYPE html>
<html>
<head>
<title>${title}</title>
</head>
<body>
<h1>${title}</h1>
${paragraphs.map((paragraph) => `<p>${paragraph}</p>\n`).join("")}</body>
</html>
`;

const welcome = page("Welcome to nginx!", [
  "The web server answers. What it serves and where it sends requests on is yours to configure.",
  "<em>This is the lab's stand-in for the nginx image.</em>",
]);

const failed = page("An error occurred.", [
  "The page you are looking for is not to be had at the moment.",
  "Whoever runs this server finds the reason in its error log.",
]);

function typesFile(): string {
  const byType = new Map<string, string[]>();
  for (const [ending, type] of Object.entries(mimeTypes))
    byType.set(type, [...(byType.get(type) ?? []), ending]);
  const rows = [...byType].map(
    ([type, endings]) => `    ${type.padEnd(28)} ${endings.join(" ")};\n`,
  );
  return `types {\n${rows.join("")}}\n`;
}

/** By path. The image for unprivileged users listens on 8080. */
export function imageFiles(port: number): Readonly<Record<string, string>> {
  return {
    [mainFile]: nginxConf,
    "/etc/nginx/mime.types": typesFile(),
    "/etc/nginx/conf.d/default.conf": defaultConf(port),
    [`${htmlFolder}/index.html`]: welcome,
    [`${htmlFolder}/50x.html`]: failed,
  };
}
