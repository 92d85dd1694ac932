/** Types by file ending, as far as sites of tutorials have them. */
export const mimeTypes: Readonly<Record<string, string>> = {
  html: "text/html",
  htm: "text/html",
  css: "text/css",
  txt: "text/plain",
  xml: "text/xml",
  js: "application/javascript",
  mjs: "application/javascript",
  json: "application/json",
  pdf: "application/pdf",
  wasm: "application/wasm",
  zip: "application/zip",
  gif: "image/gif",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
  webp: "image/webp",
  ico: "image/x-icon",
  woff: "font/woff",
  woff2: "font/woff2",
};

export function endingOf(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
}
