/** docs/reference/doctor.md: every finding of `fairlead doctor`, from its catalogue. */
import { findingCatalogue } from "#inspect/doctor/catalogue.ts";

export function doctorDocument(): string {
  const rows = Object.entries(findingCatalogue).map(
    ([name, { meaning, fix }]) => `| \`${name}\` | ${meaning} | ${fix} |`,
  );
  return [
    "# What fairlead doctor finds",
    "",
    "Generated from `inspect/doctor/catalogue.ts` by `make docs`.",
    "",
    "`fairlead doctor` compares, on the node it runs on, what knows of pods' networks: leases, what the runtime keeps",
    "(`/var/lib/cni/results`, for containerd, CRI-O and podman alike), network namespaces, links, neighbours, forwarding",
    "entries, routes, the tables `fairlead-cni`, and DELs that wait for the agent. It runs as root in the host's network and",
    "process namespaces, beside the agent or without it, while containers come and go: a finding counts when two looks show it.",
    "",
    "```sh",
    "fairlead doctor            # each finding with its object, why it is one, and what mends it",
    "fairlead doctor -fix       # mends what is certain; nothing of a live container is taken away",
    "fairlead doctor -o json    # the same for programs: .findings[].name, .object, .fix, .outcome",
    "```",
    "",
    "The status is 0 when nothing is wrong or all of it was mended, 1 when something is, 2 for wrong flags.",
    "",
    "| finding | what it is | what -fix does |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
