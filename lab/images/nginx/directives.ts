/** Which directives there are, where they may stand and with how many arguments (nginx.org/en/docs/dirindex.html). */
import type { Directive } from "./contract.ts";
import { Emergency } from "./errors.ts";

/** m main, e events, h http, u upstream, s server, l location, i if in a location, j if in a server, x limit_except. */
type Places = string;

interface Known {
  readonly places: Places;
  readonly least: number;
  readonly most: number;
  /** The place that its block is. */
  readonly opens?: string;
  /** May stand more than once in a block. */
  readonly isMany: boolean;
}

const places: Readonly<Record<string, string>> = {
  m: "main",
  e: "events",
  h: "http",
  u: "upstream",
  s: "server",
  l: "location",
  i: '"if" in location',
  j: '"if" in server',
};

/** NAME PLACES ARGUMENTS [*] [>PLACE]; "2+" is two or more. What is below the line has no effect here: it tunes, or secures what the lab has not. */
const table = `
events m 0 >e
http m 0 >h
user m 1-2
pid m 1
error_log mhsl 1-2 *
server h 0 * >s
upstream h 1 * >u
map h 2 * >map
log_format h 2+ *
types hsl 0 * >types
server u 1+ *
ip_hash u 0
least_conn u 0
listen s 1+ *
server_name s 1+ *
location sl 1-2 * >l
if s 1+ * >j
if l 1+ * >i
return sjli 1-2 *
rewrite sjli 2-3 *
set sjli 2 *
break sjli 0 *
root hsli 1
alias l 1
index hsl 1+
try_files sl 2+
autoindex hsl 1
default_type hsl 1
internal l 0
error_page hsli 2+ *
add_header hsli 2-3 *
expires hsli 1-2
access_log hsli 1+ *
client_max_body_size hsl 1
server_tokens hsl 1
absolute_redirect hsl 1
charset hsli 1
stub_status sl 0-1
allow hsl 1 *
deny hsl 1 *
proxy_pass li 1
proxy_set_header hsl 2 *
proxy_hide_header hsl 1 *
proxy_redirect hsl 1-2 *
proxy_connect_timeout hsl 1
proxy_read_timeout hsl 1
proxy_send_timeout hsl 1
proxy_next_upstream hsl 1+
proxy_intercept_errors hsl 1
proxy_http_version hsl 1
resolver hsl 1+
----
load_module m 1 *
daemon m 1
master_process m 1
worker_processes m 1
worker_rlimit_nofile m 1
worker_shutdown_timeout m 1
pcre_jit m 1
env m 1 *
worker_connections e 1
multi_accept e 1
accept_mutex e 1
use e 1
sendfile hsli 1
tcp_nopush hsl 1
tcp_nodelay hsl 1
keepalive_timeout hsl 1-2
keepalive_requests hsl 1
keepalive u 1
keepalive_timeout u 1
zone u 1-2
reset_timedout_connection hsl 1
types_hash_max_size hsl 1
types_hash_bucket_size hsl 1
server_names_hash_max_size h 1
server_names_hash_bucket_size h 1
variables_hash_max_size h 1
variables_hash_bucket_size h 1
map_hash_bucket_size h 1
map_hash_max_size h 1
client_body_buffer_size hsl 1
client_body_timeout hsl 1
client_header_buffer_size hs 1
client_header_timeout hs 1
client_body_temp_path hsl 1+
large_client_header_buffers hs 2
send_timeout hsl 1
aio hsl 1
directio hsl 1
output_buffers hsl 2
open_file_cache hsl 1+
log_not_found hsl 1
log_subrequest hsl 1
gzip hsli 1
gzip_comp_level hsl 1
gzip_min_length hsl 1
gzip_proxied hsl 1+
gzip_types hsl 1+
gzip_vary hsl 1
gzip_http_version hsl 1
gzip_buffers hsl 2
gzip_disable hsl 1+
gzip_static hsl 1
etag hsl 1
if_modified_since hsl 1
chunked_transfer_encoding hsl 1
server_name_in_redirect hsl 1
proxy_buffering hsl 1
proxy_request_buffering hsl 1
proxy_buffer_size hsl 1
proxy_buffers hsl 2
proxy_busy_buffers_size hsl 1
proxy_max_temp_file_size hsl 1
proxy_temp_path hsl 1+
proxy_socket_keepalive hsl 1
proxy_headers_hash_max_size hsl 1
proxy_headers_hash_bucket_size hsl 1
proxy_cache hsl 1
proxy_cache_bypass hsl 1+
proxy_no_cache hsl 1+
fastcgi_temp_path hsl 1+
uwsgi_temp_path hsl 1+
scgi_temp_path hsl 1+
underscores_in_headers hs 1
ignore_invalid_headers hs 1
lingering_close hsl 1
lingering_time hsl 1
rewrite_log hsl 1
`;

const known = parseTable(table);

function parseTable(text: string): ReadonlyMap<string, readonly Known[]> {
  const rows = new Map<string, Known[]>();
  for (const line of text.split("\n")) {
    const [name = "", at, count = "", ...marks] = line.split(" ");
    if (at === undefined) continue;
    const [least = "0", most = least] = count.split(/[-+]/);
    const opens = marks.find((mark) => mark.startsWith(">"))?.slice(1);
    const row: Known = {
      places: at,
      least: Number(least),
      most: count.endsWith("+") ? Number.POSITIVE_INFINITY : Number(most),
      isMany: marks.includes("*"),
      ...(opens === undefined ? {} : { opens }),
    };
    rows.set(name, [...(rows.get(name) ?? []), row]);
  }
  return rows;
}

/** Blocks whose lines are no directives. */
const isFree = (place: string): boolean => place === "map" || place === "types";

/**
 * Sees that every directive is one that this nginx has, stands where it may, and has as many arguments as it should.
 * @throws Emergency naming file and line
 */
export function checkDirectives(directives: readonly Directive[], place = "m"): void {
  const seen = new Set<string>();
  for (const directive of directives) {
    const row = rowOf(directive, place);
    if (seen.has(directive.name) && !row.isMany)
      throw Emergency.at(directive, `"${directive.name}" directive is duplicate`);
    seen.add(directive.name);
    checkShape(directive, row);
    if (directive.block !== undefined && row.opens !== undefined && !isFree(row.opens))
      checkDirectives(directive.block, row.opens);
  }
}

function rowOf(directive: Directive, place: string): Known {
  const rows = known.get(directive.name);
  if (rows === undefined)
    throw Emergency.at(
      directive,
      `unknown directive "${directive.name}" (the lab's stand-in for nginx has not all)`,
    );
  const row = rows.find((candidate) => candidate.places.includes(place));
  if (row !== undefined) return row;
  const wanted = rows.flatMap(({ places: letters }) =>
    [...letters].map((letter) => places[letter]),
  );
  throw Emergency.at(
    directive,
    `"${directive.name}" directive is not allowed here (but in ${wanted.join(", ")})`,
  );
}

function checkShape(directive: Directive, { least, most, opens }: Known): void {
  const { name, args, block } = directive;
  if (opens !== undefined && block === undefined)
    throw Emergency.at(directive, `directive "${name}" has no opening "{"`);
  if (opens === undefined && block !== undefined)
    throw Emergency.at(directive, `directive "${name}" is not terminated by ";"`);
  if (args.length < least || args.length > most)
    throw Emergency.at(directive, `invalid number of arguments in "${name}" directive`);
}
