import { STATUS_CODES } from "node:http";

/** nginx' own words where they are not those of the RFC. */
const reasons: Readonly<Record<number, string>> = {
  302: "Found",
  405: "Not Allowed",
  408: "Request Time-out",
  413: "Request Entity Too Large",
  414: "Request-URI Too Large",
  416: "Requested Range Not Satisfiable",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

export function reasonOf(status: number): string {
  return reasons[status] ?? STATUS_CODES[status] ?? "";
}

/** The page for a status that nothing else is configured for. */
export function statusPage(status: number, server: string): string {
  const title = `${status} ${reasonOf(status)}`.trim();
  return [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    `<hr><center>${server}</center>`,
    "</body>",
    "</html>",
    "",
  ].join("\r\n");
}
