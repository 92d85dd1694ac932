import { readFileSync } from "node:fs";

/** Words after each line of that kind in a resolv.conf. */
function wordsOf(keyword: string): readonly string[] {
  return readFileSync("/etc/resolv.conf", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first === keyword)
    .flatMap(([, ...words]) => words);
}

export function dnsSuffix(): void {
  process.stdout.write(`${wordsOf("search").join(",")}\n`);
}

export function dnsServerList(): void {
  process.stdout.write(`${wordsOf("nameserver").join(",")}\n`);
}

export function etcHosts(): void {
  process.stdout.write(`${readFileSync("/etc/hosts", "utf8")}\n`);
}
