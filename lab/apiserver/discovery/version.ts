/** The Kubernetes release whose behaviour the server follows. */
export const versionInfo = {
  major: "1",
  minor: "35",
  gitVersion: "v1.35.0+fairlead",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: "linux/amd64",
};
