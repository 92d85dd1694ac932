/**
 * What nginx answers: each case is a server, asked by its own name. The table is held against the stand-in, and against
 * nginx itself where the machine has one.
 */
export interface Case {
  readonly name: string;
  /** Beside the server: upstreams and maps. */
  readonly http?: string;
  /** In the server. ROOT is a folder with files, UP1 and UP2 upstreams that say what they were asked, DOWN a closed port. */
  readonly server: string;
  /** "METHOD PATH [NAME:VALUE...]", and "STATUS LOCATION-OR-BODY". */
  readonly asked: readonly (readonly [request: string, answer: string])[];
}

export const cases: readonly Case[] = [
  {
    name: "locations",
    server: `
      location / { return 200 "prefix /"; }
      location /images/ { return 200 "prefix /images/"; }
      location /images/icons/ { return 200 "longer prefix"; }
      location ^~ /static/ { return 200 "final prefix"; }
      location = /exact { return 200 "exact"; }
      location ~ \\.(gif|jpg)$ { return 200 "regex $1"; }
      location ~* \\.png$ { return 200 "regex without case"; }
      location ~ ^/(?<who>[a-z]+)/named$ { return 200 "named $who"; }`,
    asked: [
      ["GET /", "200 prefix /"],
      ["GET /exact", "200 exact"],
      ["GET /exact/", "200 prefix /"],
      ["GET /images/a.txt", "200 prefix /images/"],
      ["GET /images/icons/a", "200 longer prefix"],
      ["GET /images/a.gif", "200 regex gif"],
      ["GET /static/a.gif", "200 final prefix"],
      ["GET /a.PNG", "200 regex without case"],
      ["GET /a.GIF", "200 prefix /"],
      ["GET /bob/named", "200 named bob"],
      ["GET //images//a", "200 prefix /images/"],
      ["GET /x/../exact", "200 exact"],
      ["GET /%65xact", "200 exact"],
    ],
  },
  {
    name: "locations in locations",
    server: `
      location /a/ { return 200 "outer"; location /a/b/ { return 200 "inner"; } location ~ \\.x$ { return 200 "inner regex"; } }
      location ~ \\.x$ { return 200 "outer regex"; }`,
    asked: [
      ["GET /a/c", "200 outer"],
      ["GET /a/b/c", "200 inner"],
      ["GET /a/c.x", "200 inner regex"],
      ["GET /c.x", "200 outer regex"],
    ],
  },
  {
    name: "proxy_pass without and with a URI",
    server: `
      location /plain { proxy_pass http://127.0.0.1:UP1; }
      location /slash/ { proxy_pass http://127.0.0.1:UP1/; }
      location /api { proxy_pass http://127.0.0.1:UP1/v1; }
      location /api2/ { proxy_pass http://127.0.0.1:UP1/v1/; }
      location ~ ^/re/ { proxy_pass http://127.0.0.1:UP1; }
      location /vars/ { set $who 127.0.0.1; proxy_pass http://$who:UP1; }
      location /vars2/ { set $who 127.0.0.1; proxy_pass http://$who:UP1/fixed; }`,
    asked: [
      ["GET /plain/x?y=1", "200 up1 GET /plain/x?y=1"],
      ["GET /plain/a%20b//c", "200 up1 GET /plain/a%20b//c"],
      ["GET /slash/x", "200 up1 GET /x"],
      ["GET /slash", "301 http://HOST/slash/"],
      ["GET /slash?q", "301 http://HOST/slash/?q"],
      ["GET /slash/a%20b//c", "200 up1 GET /a%20b/c"],
      ["GET /api", "200 up1 GET /v1"],
      ["GET /api/users?a=b", "200 up1 GET /v1/users?a=b"],
      ["GET /apix", "200 up1 GET /v1x"],
      ["GET /api2/users", "200 up1 GET /v1/users"],
      ["GET /re/x?y", "200 up1 GET /re/x?y"],
      ["GET /vars/x?y", "200 up1 GET /vars/x?y"],
      ["GET /vars2/x?y", "200 up1 GET /fixed"],
      ["DELETE /slash/x", "200 up1 DELETE /x"],
    ],
  },
  {
    name: "headers to and from upstreams",
    server: `
      proxy_set_header X-Outer outer;
      location /default/ { proxy_pass http://127.0.0.1:UP1/headers/; }
      location /set/ {
        proxy_pass http://127.0.0.1:UP1/headers/;
        proxy_set_header Host $host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Drop "";
      }
      location /moved/ { proxy_pass http://127.0.0.1:UP1/redirect/; }
      location /moved-off/ { proxy_pass http://127.0.0.1:UP1/redirect/; proxy_redirect off; }`,
    asked: [
      ["GET /default/", "200 host=127.0.0.1:UP1 x-outer=outer"],
      ["GET /default/ X-Mine:me", "200 host=127.0.0.1:UP1 x-mine=me x-outer=outer"],
      [
        "GET /set/ X-Drop:it",
        "200 host=NAME x-forwarded-for=127.0.0.1 x-forwarded-proto=http x-real-ip=127.0.0.1",
      ],
      [
        "GET /set/ X-Forwarded-For:10.0.0.1",
        "200 host=NAME x-forwarded-for=10.0.0.1, 127.0.0.1 x-forwarded-proto=http x-real-ip=127.0.0.1",
      ],
      ["GET /moved/", "302 http://HOST/moved/there"],
      ["GET /moved-off/", "302 http://127.0.0.1:UP1/redirect/there"],
    ],
  },
  {
    name: "upstreams",
    http: `
      upstream turns { server 127.0.0.1:UP1; server 127.0.0.1:UP2; }
      upstream heavy { server 127.0.0.1:UP1 weight=2; server 127.0.0.1:UP2; }
      upstream half { server 127.0.0.1:DOWN; server 127.0.0.1:UP2; }
      upstream spare { server 127.0.0.1:DOWN; server 127.0.0.1:UP1 backup; }
      upstream out { server 127.0.0.1:UP1 down; server 127.0.0.1:UP2; }`,
    server: `
      location /turns/ { proxy_pass http://turns/; }
      location /heavy/ { proxy_pass http://heavy/; }
      location /half/ { proxy_pass http://half/; }
      location /spare/ { proxy_pass http://spare/; }
      location /out/ { proxy_pass http://out/; }
      location /down/ { proxy_pass http://127.0.0.1:DOWN/; }
      location /slow/ { proxy_pass http://127.0.0.1:UP1/slow/; proxy_read_timeout 200ms; }`,
    asked: [
      ["GET /turns/", "200 up1 GET /"],
      ["GET /turns/", "200 up2 GET /"],
      ["GET /turns/", "200 up1 GET /"],
      ["GET /heavy/", "200 up1 GET /"],
      ["GET /heavy/", "200 up2 GET /"],
      ["GET /heavy/", "200 up1 GET /"],
      ["GET /half/", "200 up2 GET /"],
      ["GET /half/", "200 up2 GET /"],
      ["GET /spare/", "200 up1 GET /"],
      ["GET /out/", "200 up2 GET /"],
      ["GET /down/", "502 page 502 Bad Gateway"],
      ["GET /slow/", "504 page 504 Gateway Time-out"],
    ],
  },
  {
    name: "files",
    server: `
      root ROOT;
      location / { try_files $uri $uri/ =404; }
      location /app/ { try_files $uri /app/index.html; }
      location /fallback/ { try_files $uri @named; }
      location @named { return 200 "named"; }
      location /list/ { autoindex on; }
      location /alias/ { alias ROOT/sub/; }
      location /other/ { root ROOT/sub; index first.html index.html; }`,
    asked: [
      ["GET /", "200 root index"],
      ["GET /index.html", "200 root index"],
      ["GET /none", "404 page 404 Not Found"],
      ["GET /sub", "301 http://HOST/sub/"],
      ["GET /sub/", "200 sub index"],
      ["GET /sub/a.txt", "200 a text"],
      ["GET /app/any/where", "200 app index"],
      ["GET /fallback/x", "200 named"],
      ["GET /alias/a.txt", "200 a text"],
      ["GET /alias/none", "404 page 404 Not Found"],
      ["GET /other/", "200 other index"],
      ["GET /empty/", "403 page 403 Forbidden"],
      ["POST /sub/a.txt", "405 page 405 Not Allowed"],
    ],
  },
  {
    name: "rewrite, return, if, set",
    server: `
      rewrite ^/old/(.*)$ /new/$1 last;
      rewrite ^/gone$ http://elsewhere.test/ permanent;
      if ($request_method = PATCH) { return 405; }
      location /new/ { return 200 "new $uri $args"; }
      location /brk/ { rewrite ^/brk/(.*)$ /$1 break; proxy_pass http://127.0.0.1:UP1; }
      location /brk2/ { rewrite ^/brk2/(.*)$ /made/$1?z=1 break; proxy_pass http://127.0.0.1:UP1; }
      location /strip/ { rewrite ^/strip(/.*)$ $1? break; proxy_pass http://127.0.0.1:UP1; }
      location /temp { rewrite ^ /new/t redirect; }
      location /away { return 301 https://$host$request_uri; }
      location /away2 { return http://other.test/; }
      location /local { return 302 /new/; }
      location /teapot { return 418; }
      location /loop/ { rewrite ^/loop/(.*)$ /loop/x$1 last; }
      location /if { set $mode none; if ($arg_m ~ ^(\\w+)$) { set $mode $1; } if ($http_x_no) { return 403; } return 200 $mode; }
      location /json { default_type application/json; return 200 '{"a":"b"}'; }`,
    asked: [
      ["GET /old/x?q=1", "200 new /new/x q=1"],
      ["GET /gone", "301 http://elsewhere.test/"],
      ["PATCH /new/", "405 page 405 Not Allowed"],
      ["GET /brk/a/b?c=d", "200 up1 GET /a/b?c=d"],
      ["GET /brk2/a?c=d", "200 up1 GET /made/a?z=1&c=d"],
      ["GET /strip/a?c=d", "200 up1 GET /a"],
      ["GET /temp", "302 http://HOST/new/t"],
      ["GET /away?x", "301 https://NAME/away?x"],
      ["GET /away2", "302 http://other.test/"],
      ["GET /local", "302 http://HOST/new/"],
      ["GET /loop/", "500 page 500 Internal Server Error"],
      ["GET /if?m=dark", "200 dark"],
      ["GET /if", "200 none"],
      ["GET /if X-No:1", "403 page 403 Forbidden"],
      ["GET /json", '200 {"a":"b"}'],
    ],
  },
  {
    name: "error pages, access, headers, maps",
    http: `map $http_x_colour $shade { default grey; red crimson; ~^blu navy; }`,
    server: `
      root ROOT;
      error_page 404 /custom404.html;
      error_page 403 =200 /index.html;
      location /closed { deny all; }
      location /open { allow 127.0.0.0/8; deny all; return 200 open; }
      location /inner { internal; return 200 inner; }
      location /shade { return 200 $shade; }
      location /intercept/ { proxy_pass http://127.0.0.1:UP1/status/404/; proxy_intercept_errors on; }
      location /straight/ { proxy_pass http://127.0.0.1:UP1/status/404/; }
      location /body { client_max_body_size 4; proxy_pass http://127.0.0.1:UP1; }`,
    asked: [
      ["GET /none", "404 custom page"],
      ["GET /closed", "200 root index"],
      ["GET /inner", "404 custom page"],
      ["GET /shade", "200 grey"],
      ["GET /shade X-Colour:red", "200 crimson"],
      ["GET /shade X-Colour:blue", "200 navy"],
      ["GET /intercept/", "404 custom page"],
      ["GET /straight/", "404 up1 GET /status/404/"],
    ],
  },
];

/** What nginx does not start with, and its words. */
export const refused: readonly (readonly [text: string, words: string])[] = [
  ["events {}\nhttp {\n  server { lisen 80; }\n}", 'unknown directive "lisen" (…) in FILE:3'],
  ["events {}\nhttp {\n  server { listen 80 }\n}", 'unexpected "}" in FILE:3'],
  ["events {}\nhttp {\n  server { listen 80;\n", 'unexpected end of file, expecting "}" in FILE:4'],
  ["events {}\n}\n", 'unexpected "}" in FILE:2'],
  ["http { }\n", 'no "events" section in configuration'],
  ["events {}\nlocation / { }", '"location" directive is not allowed here (…) in FILE:2'],
  [
    "events {}\nhttp { server { root; } }",
    'invalid number of arguments in "root" directive in FILE:2',
  ],
  ["events {}\nhttp { server { root a; root b; } }", '"root" directive is duplicate in FILE:2'],
  ["events {}\nhttp { server { return 200 $nothing; } }", 'unknown "nothing" variable'],
  [
    "events {}\nhttp { server { location / {\n proxy_pass http://nowhere.invalid/; } } }",
    'host not found in upstream "nowhere.invalid" in FILE:3',
  ],
  [
    "events {}\nhttp { upstream u {\n server nowhere.invalid:8080; } }",
    'host not found in upstream "nowhere.invalid:8080" in FILE:3',
  ],
  ["events {}\nhttp { upstream u {\n } }", "no servers are inside upstream in FILE:"],
  [
    "events {}\nhttp { server { location / { proxy_pass backend; } } }",
    "invalid URL prefix in FILE:2",
  ],
  [
    "events {}\nhttp { server { location ~ x { proxy_pass http://127.0.0.1/y; } } }",
    '"proxy_pass" cannot have URI part in location given by regular expression',
  ],
  [
    "events {}\ninclude none.conf;\n",
    'open() "FOLDER/none.conf" failed (2: No such file or directory) in FILE:2',
  ],
  ['events {}\nhttp { server { root "a"b; } }', 'unexpected "b" in FILE:2'],
  [
    "events {}\nhttp { server { listen 80; location / {} } ",
    'unexpected end of file, expecting "}" in FILE:2',
  ],
];
