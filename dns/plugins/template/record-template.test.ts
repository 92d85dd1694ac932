import { describe, expect, test } from "vitest";
import { query } from "#test/support/plugin.ts";
import type { TemplateData } from "./contract.ts";
import { readRecordTemplate } from "./record-template.ts";

const { question, message } = query("A-1.Example. MX", { id: 4711 });
const data: TemplateData = {
  name: "a-1.example.",
  zone: "example.",
  class: "IN",
  type: "MX",
  regex: "^(?P<letter>.)-(.)",
  match: ["a-1", "a", "1"],
  group: new Map([
    ["0", "a-1"],
    ["1", "a"],
    ["2", "1"],
    ["letter", "a"],
  ]),
  question,
  message,
  remote: "10.240.0.1",
};

test.each([
  ["plain", "plain"],
  ["{{ .Name }}{{.Zone}}", "a-1.example.example."],
  ["{{ .Class }} {{ .Type }} {{ .Remote }}", "IN MX 10.240.0.1"],
  ["{{ .Group.letter}}", "a"],
  ["{{ index .Match 2 }}{{ index .Match 0 }}", "1a-1"],
  ['{{ index .Group "1" }}{{ index .Group "none" }}', "a"],
  ["{{ .Regex }}", "^(?P<letter>.)-(.)"],
  ["{{ .Question.Name }} {{ .Question.Qtype }} {{ .Question.Qclass }}", "A-1.Example. 15 1"],
  ["{{ .Message.Id }} {{ .Message.Opcode }}", "4711 0"],
  ['[{{ .Meta "kubernetes/client-namespace" }}]', "[]"],
  ['{{ "}}" }} {{ `"` }} {{ "a\\"b" }}', '}} " a"b'],
  ["a {{- .Type -}} b", "aMXb"],
  ["a {{- /* why */ -}} b{{/* so */}}", "ab"],
  ['{{ parseInt "ff" 16 8 }}', "255"],
  ['{{ "1" | index .Match }}', "error: index wants .Match and a number, or .Group and a text"],
  ["{{ (index .Match 1) }}", "a"],
  ["{{ parseInt (index .Match 2) 10 0 }}", "1"],
  ["{{ 1 | index .Match }}", "a"],
  ['{{ parseInt "100" 16 8 }}', "error: '100' is no number of 8 bits"],
  ['{{ parseInt "fg" 16 8 }}', "error: 'fg' is no number of base 16"],
  ['{{ parseInt "" 16 8 }}', "error: '' is no number of 8 bits"],
  ["{{ parseInt 1 16 8 }}", "error: parseInt wants a text and two numbers"],
  ["{{ index .Match 3 }}", "error: index 3 is behind the last of 3 elements"],
  ["{{ .Match }}", "error: '.Match' has several elements: take one with index"],
  ["{{ .Group.other }}", "error: the pattern '^(?P<letter>.)-(.)' has no group other"],
])("%j is filled in as %j", (source, expected) => {
  const fill = (): string => {
    const template = readRecordTemplate(source);
    try {
      return template.fill(data);
    } catch (error) {
      return `error: ${error instanceof Error ? error.message : error}`;
    }
  };
  expect(fill()).toBe(expected);
});

describe("what is not supported is said when the Corefile loads", () => {
  test.each([
    ["{{ .Name", "a '{{' is never closed"],
    ["{{ }}", "an action is empty"],
    [
      "{{ .name }}",
      expect.stringMatching(/^'\.name' is unknown in templates; did you mean '\.Name'\? /),
    ],
    [
      "{{ .Var.x }}",
      expect.stringMatching(/^'\.Var\.x' is unknown in templates; .*accepted: \.Name, /),
    ],
    ["{{ .Message.Question }}", expect.stringContaining("is unknown in templates")],
    ["{{ if .Name }}x{{ end }}", "'if' is not supported in templates yet; use a directive a case"],
    ["{{ $x := .Name }}", "variables are not supported in templates yet"],
    ['{{ printf "%s" .Name }}', "'printf' is no function; accepted: index, parseInt"],
    [
      "{{ indx .Match 1 }}",
      "'indx' is no function; did you mean 'index'? accepted: index, parseInt",
    ],
    ["{{ index .Match }}", "'index' is written: index COLLECTION KEY"],
    ["{{ .Name .Zone }}", "'.Zone' is too much in '.Name .Zone'"],
    ["{{ .Name | .Zone }}", "'.Zone' takes nothing from a '|'"],
    ["{{ (index .Match 1 }}", "a '(' is never closed"],
    ["{{ index .Match - }}", "'-' is no value"],
  ])("%s", (source, expected) => {
    const reason = () => {
      try {
        readRecordTemplate(source);
        return "ok";
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    expect(reason()).toEqual(expected);
  });
});
