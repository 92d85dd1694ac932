import type { Dns } from "../contract.ts";

/** The lines of a resolv.conf(5) that a result can carry; the last `domain` counts, lists add up. */
export function parseResolvConf(text: string): Dns {
  const lines = text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([keyword = "", ...words]) => !/^[#;]/.test(keyword) && words.length > 0);
  const all = (keyword: string): string[] =>
    lines.flatMap(([word, ...values]) => (word === keyword ? values : []));
  const domain = lines.findLast(([word]) => word === "domain")?.[1];
  const [nameservers, search, options] = [all("nameserver"), all("search"), all("options")];
  return {
    ...(nameservers.length > 0 && { nameservers }),
    ...(domain !== undefined && { domain }),
    ...(search.length > 0 && { search }),
    ...(options.length > 0 && { options }),
  };
}
