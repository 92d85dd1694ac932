// The one-way rule of docs/architecture.md: cli -> {lab, inspect, web} -> node -> {dns, proxy, cni} -> cluster;
// linux and observe serve all. test/house/imports.test.ts plants a forbidden import and sees it caught.
const tests = "\\.test\\.ts$";
const rule = (name, comment, from, to) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: tests },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-unresolved",
      comment: "an import that resolves to nothing would escape every other rule",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    rule("wire-imports-nothing", "dns/wire is bytes alone", "^dns/wire/", "^(?!dns/wire/)"),
    rule(
      "linux-knows-no-part",
      "linux serves all parts",
      "^linux/",
      "^(cli|lab|inspect|web|node|dns|proxy|cni|cluster|test|bench)/",
    ),
    rule(
      "observe-knows-no-part",
      "observe serves all parts",
      "^observe/",
      "^(cli|lab|inspect|web|node|dns|proxy|cni|cluster|linux|test|bench)/",
    ),
    rule(
      "cluster-is-the-base",
      "cluster is below dns, proxy and cni",
      "^cluster/",
      "^(cli|lab|inspect|web|node|dns|proxy|cni|test|bench)/",
    ),
    rule(
      "dns-alone",
      "parts never import one another",
      "^dns/",
      "^(cli|lab|inspect|web|node|proxy|cni|test|bench)/",
    ),
    rule(
      "proxy-alone",
      "parts never import one another",
      "^proxy/",
      "^(cli|lab|inspect|web|node|dns|cni|test|bench)/",
    ),
    rule(
      "cni-alone",
      "parts never import one another",
      "^cni/",
      "^(cli|lab|inspect|web|node|dns|proxy|test|bench)/",
    ),
    rule(
      "cni-plugin-starts-small",
      "a runtime starts the plugin for every container: no API client, metrics or logger is loaded with it",
      "^cni/(plugin|ipam|types)/",
      "node_modules/(@kubernetes/client-node|prom-client|pino)|^(observe/(logger|metrics)|cluster/(reflector|state|api))",
    ),
    rule(
      "inspect-looks-at-parts",
      "inspect is above the parts and below the command line",
      "^inspect/",
      "^(cli|lab|web|test|bench)/",
    ),
    rule(
      "lab-starts-processes",
      "lab imports no part",
      "^lab/",
      "^(cli|inspect|web|node|dns|proxy|cni|cluster|test|bench)/",
    ),
    rule(
      "no-test-code-in-product",
      "test and bench are leaves",
      "^(cli|lab|inspect|web|node|dns|proxy|cni|cluster|linux|observe)/",
      "^test/",
    ),
    {
      name: "ffi-in-linux-alone",
      comment: "the kernel is touched in linux/ only",
      severity: "error",
      from: { pathNot: "^linux/" },
      to: { path: "node_modules/koffi" },
    },
    {
      name: "no-dev-dependency-in-product",
      severity: "error",
      from: { path: "^(cli|lab|inspect|dns|proxy|cni|cluster|linux|observe)/", pathNot: tests },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(bench/rivals/bin|dist)/" },
    parser: "swc",
    moduleSystems: ["es6"],
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
