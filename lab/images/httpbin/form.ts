export type Field = readonly [name: string, value: string];

export interface Form {
  readonly fields: readonly Field[];
  readonly files: readonly Field[];
}

/** Reads `application/x-www-form-urlencoded` and `multipart/form-data` (RFC 7578); nothing of other types. */
export function formOf(body: Buffer, contentType: string): Form {
  if (contentType.startsWith("application/x-www-form-urlencoded"))
    return { fields: [...new URLSearchParams(body.toString())], files: [] };
  const [, quoted, bare] =
    /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return { fields: [], files: [] };
  const parts = body.toString("latin1").split(`--${boundary}`).slice(1, -1).map(partOf);
  return {
    fields: parts.filter(({ isFile }) => !isFile).map(({ field }) => field),
    files: parts.filter(({ isFile }) => isFile).map(({ field }) => field),
  };
}

function partOf(part: string): { readonly field: Field; readonly isFile: boolean } {
  const [head = "", ...rest] = part.split("\r\n\r\n");
  const [, name = ""] = /[; ]name="([^"]*)"/i.exec(head) ?? [];
  const value = Buffer.from(rest.join("\r\n\r\n").replace(/\r\n$/, ""), "latin1").toString();
  return { field: [name, value], isFile: /[; ]filename="/i.test(head) };
}
