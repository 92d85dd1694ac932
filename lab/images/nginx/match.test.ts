import { expect, test } from "vitest";
import { buildConfiguration } from "./build.ts";
import { chooseServer } from "./match.ts";
import { parseConfiguration } from "./syntax.ts";

const text = `events {} http {
  server { listen 80; server_name first.test; }
  server { listen 80 default_server; server_name fallback.test; }
  server { listen 80; server_name exact.example.test; }
  server { listen 80; server_name *.example.test; }
  server { listen 80; server_name *.deep.example.test; }
  server { listen 80; server_name mail.*; }
  server { listen 80; server_name ~^re\\d+\\.; }
  server { listen 80; server_name .both.test; }
}`;
const { servers } = await buildConfiguration(parseConfiguration(text, "f"), async () => []);

test.each([
  ["first.test", "first.test"],
  ["unknown.test", "fallback.test"],
  ["", "fallback.test"],
  ["exact.example.test", "exact.example.test"],
  ["other.example.test", "*.example.test"],
  ["a.deep.example.test", "*.deep.example.test"],
  ["mail.anything", "mail.*"],
  ["mail.example.test", "*.example.test"],
  ["re42.anything", "~^re\\d+\\."],
  ["both.test", ".both.test"],
  ["www.both.test", ".both.test"],
])("the host %j is served by %s", (host, name) => {
  const isDefault = (server: (typeof servers)[number]): boolean =>
    server.listens.some((listen) => listen.isDefault);
  const chosen = chooseServer(servers, host, isDefault);
  expect(chosen?.scope.own.get("server_name")?.[0]?.args[0]).toBe(name);
});
