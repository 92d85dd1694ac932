/** What is held against CoreDNS: server blocks, and what is asked of them. */

export interface PluginCase {
  readonly name: string;
  /** Lines of the server block but `bind`; UPSTREAM and DIR are filled in. */
  readonly block: string;
  /** `NAME TYPE`, with `+edns` behind for a query with an OPT. */
  readonly queries: readonly string[];
  /** Queries whose answers differ on purpose, with the reason. */
  readonly differs?: Readonly<Record<string, string>>;
}

/** Files that snippets name as DIR/NAME. */
export const files: Readonly<Record<string, string>> = {
  hosts: [
    "127.0.0.1 localhost",
    "10.0.0.1 a.test A2.test # a comment",
    "10.0.0.2 a.test",
    "fd00::1 a.test v6.test",
    "::ffff:10.0.0.7 mapped.test",
    "fe80::1%eth0 scoped.test",
    "10.0.0.300 bad.test",
    "10.0.0.3 a.example",
    "192.168.0.1 *.wild.test",
    "192.168.0.2 x.wild.test",
    "fd00::9 *.wild.test",
  ].join("\n"),
};

/** A zone made by template, for the plugins before it to work on. */
const backend = `
  template IN A b.test {
    answer "{{ .Name }} 60 IN A 10.1.0.1"
    additional "x.{{ .Name }} 90 IN A 10.1.0.2"
  }
  template IN SRV b.test {
    answer "{{ .Name }} 60 IN SRV 1 2 80 target.b.test."
  }
  template IN PTR in-addr.arpa {
    answer "{{ .Name }} 60 IN PTR host.b.test."
  }
  template IN MX b.test {
    answer "{{ .Name }} 60 IN MX 5 mail.b.test."
    authority "b.test. 60 IN SOA ns.b.test. admin.b.test. 1 2 3 4 5"
  }
  template IN TXT b.test {
    rcode NXDOMAIN
    authority "b.test. 60 IN SOA ns.b.test. admin.b.test. 1 2 3 4 5"
  }
  template IN AAAA b.test {
    rcode SERVFAIL
  }`;

const hostsNames = [
  ...["a.test A", "a.test AAAA", "a.test MX", "A.TEST A", "a2.test A", "a2.test AAAA"],
  ...["v6.test A", "v6.test AAAA", "mapped.test A", "mapped.test AAAA", "scoped.test AAAA"],
  ...["none.test A", "none.test TXT", "bad.test A", "a.example A", "b.a.test A", "test SOA"],
  ...["any.wild.test A", "any.wild.test AAAA", "x.wild.test A", "x.wild.test AAAA"],
  ...["wild.test A", "y.any.wild.test A", "inline.test A", "localhost A"],
  ...["1.0.0.10.in-addr.arpa PTR", "3.0.0.10.in-addr.arpa PTR", "9.9.9.9.in-addr.arpa PTR"],
  ...["1.0.0.10.in-addr.arpa A", "1.0.168.192.in-addr.arpa PTR", "10.in-addr.arpa PTR"],
  "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa PTR",
];

const hostsCases: readonly PluginCase[] = [
  {
    name: "hosts with a zone",
    block: "hosts DIR/hosts test {\n 10.0.0.9 inline.test a.test\n}\nwhoami",
    queries: hostsNames,
  },
  {
    name: "hosts for all, falling through",
    block: "hosts DIR/hosts {\n ttl 60\n reload 15s\n fallthrough\n}\nwhoami",
    queries: hostsNames,
  },
  {
    name: "hosts with a partial fallthrough and no reverse",
    block: "hosts DIR/hosts {\n no_reverse\n fallthrough wild.test\n}\nwhoami",
    queries: hostsNames,
  },
];

const named = (rule: string): string => `${rule}\n${backend}\nwhoami`;
const aQueries = ["a.test A", "A.test A", "x.a.test A", "a.test SRV", "a.test MX", "a.test TXT"];

const rewriteCases: readonly PluginCase[] = [
  ["rewrite name a.test b.test", aQueries],
  ["rewrite name suffix .a.test .b.test", ["x.a.test A", "a.test A", "x.a.test MX"]],
  [
    "rewrite name suffix .a.test .b.test answer auto",
    ["x.a.test A", "x.a.test MX", "x.a.test SRV"],
  ],
  ["rewrite name suffix a.test b.test answer auto", ["xa.test A", "a.test MX"]],
  ["rewrite name prefix a x.b answer auto", ["a.test A", "ab.test A", "a.test SRV"]],
  ["rewrite name prefix a x.b", ["a.test A"]],
  ["rewrite name substring a.te b.te answer auto", ["x.a.test A", "a.te.st A", "a.te.test A"]],
  [
    "rewrite name regex (.*)-(us)\\.test {1}.{2}.b.test answer auto",
    ["f-us.test A", "f-eu.test A"],
  ],
  [
    "rewrite stop {\n name regex (.*)-(us)\\.test {1}.{2}.b.test\n answer name (.*)\\.(us)\\.b\\.test {1}-{2}.test\n}",
    ["f-us.test A", "f-us.test SRV", "f-us.test TXT"],
  ],
  [
    "rewrite name suffix .arpa .arpa answer value (.*)\\.b\\.test\\. {1}.a.test.",
    ["1.0.0.10.in-addr.arpa PTR"],
  ],
  [
    "rewrite name exact a.test b.test answer value (.*)\\.b\\.test {1}.c.test",
    ["a.test SRV", "a.test MX", "a.test TXT"],
  ],
  ["rewrite continue name c.test a.test\nrewrite name a.test b.test", ["c.test A", "a.test A"]],
  ["rewrite name c.test a.test\nrewrite name a.test b.test", ["c.test A", "a.test A"]],
  ["rewrite name a.test b..test", ["a.test A"]],
  ["rewrite type MX A", ["b.test MX", "b.test A", "b.test TXT"]],
  ["rewrite type ANY SRV", ["b.test ANY"]],
  ["rewrite ttl b.test 30", ["b.test A", "x.b.test A", "b.test TXT"]],
  ["rewrite ttl suffix b.test 70-80", ["b.test A", "x.b.test MX"]],
  ["rewrite ttl regex ^b -61", ["b.test A", "x.b.test A"]],
  ["rewrite ttl prefix b 61-", ["b.test A", "x.b.test A", "bb.test A"]],
  ["rewrite ttl substring test 5", ["b.test A"]],
  ["rewrite rcode b.test NXDOMAIN NOERROR", ["b.test TXT", "x.b.test TXT", "b.test A"]],
  ["rewrite rcode suffix b.test 3 REFUSED", ["x.b.test TXT"]],
  ["rewrite rcode b.test SERVFAIL NOERROR", ["b.test AAAA", "x.b.test AAAA"]],
].map(([rule, queries], index) => ({
  name: `rewrite ${index}: ${String(rule).split("\n")[0]}`,
  block: named(String(rule)),
  queries: queries as readonly string[],
}));

const aliases = (...rules: string[]): string => `
  ${rules.join("\n  ")}
  template IN ANY alias.test {
    answer "{{ .Name }} 60 IN CNAME b.cdn.test."
  }
  template IN A cdn.test new.test {
    answer "{{ .Name }} 60 IN A 10.2.0.1"
  }
  whoami`;

const templateCases: readonly PluginCase[] = [
  {
    name: "template denies all",
    block: "template ANY ANY {\n rcode NXDOMAIN\n}",
    queries: ["a A", ". NS"],
  },
  {
    name: "template with a zone, an SOA in parentheses and an extended error",
    block: `template ANY ANY invalid {
      rcode NXDOMAIN
      authority "invalid. 60 {{ .Class }} SOA ns.invalid. hostmaster.invalid. (1 60 60 60 60)"
      ederror 21 "not here"
    }\nwhoami`,
    queries: ["a.invalid A", "a.invalid A +edns", "a.test A"],
    differs: {
      "a.invalid A +edns": "the OPT has the client's size and DO bit (RFC 3225 §3)",
    },
  },
  {
    name: "template with groups",
    block: `template IN A test {
      match (^|[.])ip-(?P<a>[0-9]*)-(?P<b>[0-9]*)[.]test[.]$
      match ^(?P<b>x)(?P<a>y)?[.]test
      answer "{{ .Name }} 60 IN A 10.0.{{ .Group.a }}.{{ .Group.b }}"
      answer "{{ .Name }} 60 IN A 10.0.0.{{ index .Match 2 }}"
      fallthrough sub.test
    }
    template IN PTR in-addr.arpa {
      match ^(?P<d>[0-9]*)[.](?P<c>[0-9]*)[.](?P<b>[0-9]*)[.](?P<a>[0-9]*)[.]in-addr[.]arpa[.]$
      answer "{{ .Name }} PTR ip-{{ .Group.a }}-{{ .Group.b }}-{{ .Group.c }}-{{ .Group.d }}.example"
    }
    template IN TXT test {
      match ^(h)([0-9a-f]+)
      answer "{{ .Name }} 60 TXT {{ parseInt (index .Match 2) 16 8 }} {{ .Remote }} {{ .Type }} {{ .Zone }}"
    }
    whoami`,
    queries: [
      ...["ip-1-2.test A", "IP-1-2.Test A", "y.ip-1-2.test A", "ip-1-256.test A", "no.test A"],
      ...[
        "no.sub.test A",
        "xy.test A",
        "x.test A",
        "ip-1-2.test ANY",
        "ip-1-2.test AAAA",
        "hff.test TXT",
      ],
      ...["h100.test TXT", "4.3.2.1.in-addr.arpa PTR", "1.in-addr.arpa PTR"],
    ],
  },
  {
    name: "template after template",
    block: `template IN A test {\n match ^a\n answer "{{ .Name }} A 10.0.0.1"\n fallthrough\n}
    template IN ANY test {\n match ^b\n rcode REFUSED\n fallthrough\n}
    template IN ANY sub.test {\n rcode SERVFAIL\n}\nwhoami`,
    queries: ["a.test A", "b.test A", "c.test A", "c.sub.test A", "a.sub.test A", "a.test TXT"],
  },
  {
    name: "template whose records are none",
    block: `template IN A test {\n answer "{{ .Name }} 60 IN A nowhere"\n}
    template IN TXT test {\n match ^(.)\n answer "{{ index .Match 7 }}"\n}\nwhoami`,
    queries: ["a.test A", "a.test TXT"],
  },
  {
    name: "template whose CNAME is followed",
    block: aliases(),
    queries: ["alias.test A", "alias.test TXT", "alias.test CNAME", "b.cdn.test A"],
  },
  {
    name: "rewrite cname exact",
    block: aliases("rewrite cname b.cdn.test b.new.test"),
    queries: ["alias.test A", "alias.test TXT", "b.cdn.test A"],
  },
  {
    name: "rewrite cname regex",
    block: aliases("rewrite cname regex (.*)\\.cdn\\.test\\. {1}.new.test."),
    queries: ["alias.test A", "b.cdn.test A"],
  },
];

const ednsRules = [
  ...["local set 0xffee 0x61626364", "local set 0xffee abcd revert", "local append 0xfff0 x"],
  ...["local replace 0xffee y", "local unset 0xffee", "local set 1 {qname}", "local set 1 {qtype}"],
  ...["local set 1 {client_ip}", "local set 1 {protocol}", "local set 1 {server_ip}"],
  ...["local set 1 {server_port}", "nsid set", "nsid unset", "subnet set 24 56"],
  ...["subnet set 13 56", "subnet append 8 8", "subnet unset"],
];

const ednsCases: readonly PluginCase[] = ednsRules.map((rule) => ({
  name: `rewrite edns0 ${rule}`,
  block: `rewrite edns0 ${rule}\nforward . UPSTREAM`,
  queries: ["options.test TXT", "options.test TXT +edns"],
  differs: rule.includes(" replace ")
    ? { "options.test TXT": "a rule that does not match changes nothing, and adds no OPT either" }
    : {},
}));

export const cases: readonly PluginCase[] = [
  ...hostsCases,
  ...rewriteCases,
  ...templateCases,
  ...ednsCases,
];
