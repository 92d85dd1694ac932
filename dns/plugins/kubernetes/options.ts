/** Reads the kubernetes directive. Pure: opens nothing. */

import {
  badValue,
  type Clause,
  notSupportedYet,
  readDurationMs,
  readInteger,
  readOneOf,
  readOptions,
  readZones,
  takeArguments,
  takeOne,
} from "../../corefile/arguments.ts";
import type { Directive } from "../../corefile/contract.ts";
import { CorefileError } from "../../corefile/errors.ts";
import type { KubernetesOptions } from "./contract.ts";
import { isReverseZone } from "./zones.ts";

const OWNER = "kubernetes";
const DEFAULT_TTL_SECONDS = 5;
const MAX_TTL_SECONDS = 3600;
const DEFAULT_STARTUP_TIMEOUT_MS = 5000;
/** One and a half intervals between bookmarks, which are all that a quiet cluster sends. */
const MIN_READY_STALE_MS = 90_000;

/** Entries of the answer table number their zone in a byte. */
const MAX_ZONES = 256;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const words = (clause: Clause, form: string): readonly string[] =>
  takeArguments(clause, form, { min: 1 }).map(({ text }) => text);

/** Options that CoreDNS took away; an old Corefile should hear why it fails. */
const REMOVED = ["upstream", "resyncperiod", "transfer", "federation"] as const;

/**
 * @param blockZones the server block's zones, for a directive that names none
 * @throws CorefileError
 */
export function readKubernetesOptions(
  directive: Directive,
  blockZones: readonly string[],
): KubernetesOptions {
  const zones = [...new Set(readZones(directive.args, `zone of ${OWNER}`, blockZones))];
  if (zones.length > MAX_ZONES) {
    throw new CorefileError(
      "FL-D012",
      directive.position,
      `${OWNER} takes ${MAX_ZONES} zones at most, and ${zones.length} are given; name a reverse zone above some of them`,
    );
  }
  const primaryZone = zones.find((zone) => !isReverseZone(zone));
  if (primaryZone === undefined) {
    throw new CorefileError(
      "FL-D012",
      directive.position,
      `${OWNER} needs a zone that is no reverse zone, for example cluster.local`,
    );
  }
  const connection: Mutable<KubernetesOptions["connection"]> = {};
  const options: Mutable<KubernetesOptions> = {
    zones,
    primaryZone,
    ttlSeconds: DEFAULT_TTL_SECONDS,
    namespaces: [],
    pods: "disabled",
    endpointPodNames: false,
    noEndpoints: false,
    ignoreEmptyService: false,
    startupTimeoutMs: DEFAULT_STARTUP_TIMEOUT_MS,
    connection,
  };
  const flag = (clause: Clause): true => {
    takeArguments(clause, clause.name, { max: 0 });
    return true;
  };
  /** Rate limits of a client that Fairlead does not have: its watches make a handful of requests. */
  const acceptedAndUnused = (form: string) => (clause: Clause) => {
    const value = takeOne(clause, form);
    if (!/^\d+(\.\d+)?$/.test(value.text))
      throw badValue(value, clause.name, "is no number from 0 up");
  };
  readOptions(directive, {
    ...readersOfConnection(connection),
    namespaces: (clause) => {
      options.namespaces = [...options.namespaces, ...words(clause, "namespaces NAMESPACE...")];
    },
    namespace_labels: (clause) => {
      options.namespaceLabelSelector = words(clause, "namespace_labels SELECTOR").join(" ");
    },
    labels: (clause) => {
      options.labelSelector = words(clause, "labels SELECTOR").join(" ");
    },
    pods: (clause) => {
      const mode = takeOne(clause, "pods disabled|insecure|verified");
      options.pods = readOneOf(mode, "pods", ["disabled", "insecure", "verified"]);
    },
    endpoint_pod_names: (clause) => {
      options.endpointPodNames = flag(clause);
    },
    ttl: (clause) => {
      const range = { min: 0, max: MAX_TTL_SECONDS };
      options.ttlSeconds = readInteger(takeOne(clause, "ttl SECONDS"), "ttl", range);
    },
    noendpoints: (clause) => {
      options.noEndpoints = flag(clause);
    },
    fallthrough: (clause) => {
      options.fallthrough = readZones(clause.args, "zone of fallthrough", ["."]);
    },
    ignore: (clause) => {
      readOneOf(takeOne(clause, "ignore empty_service"), "ignore", ["empty_service"]);
      options.ignoreEmptyService = true;
    },
    startup_timeout: (clause) => {
      options.startupTimeoutMs = readDurationMs(
        takeOne(clause, "startup_timeout DURATION"),
        "startup_timeout",
      );
    },
    /** Beyond CoreDNS, for `ready` with `monitor continuously`; the API server gives a sign of life each minute. */
    ready_stale: (clause) => {
      const duration = takeOne(clause, "ready_stale DURATION");
      options.readyStaleMs = readDurationMs(duration, "ready_stale");
      if (options.readyStaleMs < MIN_READY_STALE_MS) {
        throw badValue(duration, "ready_stale", "is less than 90s, which a quiet cluster may need");
      }
    },
    apiserver_qps: acceptedAndUnused("apiserver_qps NUMBER"),
    apiserver_burst: acceptedAndUnused("apiserver_burst NUMBER"),
    apiserver_max_inflight: acceptedAndUnused("apiserver_max_inflight NUMBER"),
    multicluster: (clause) => notYet(clause),
    zonal: (clause) => notYet(clause),
    ...Object.fromEntries(REMOVED.map((name) => [name, removed])),
  });
  if (options.namespaces.length > 0 && options.namespaceLabelSelector !== undefined) {
    throw new CorefileError(
      "FL-D012",
      directive.position,
      "namespaces and namespace_labels exclude each other; give one of them",
    );
  }
  return options;
}

function readersOfConnection(connection: Mutable<KubernetesOptions["connection"]>) {
  return {
    endpoint: (clause: Clause) => {
      const [url] = takeArguments(clause, "endpoint URL", { min: 1 });
      if (url === undefined || !URL.canParse(url.text)) {
        throw badValue(
          url as NonNullable<typeof url>,
          "endpoint",
          "is no URL; it should look like https://10.96.0.1:443",
        );
      }
      connection.endpoint = url.text;
    },
    tls: (clause: Clause) => {
      const [certFile = "", keyFile = "", caFile = ""] = takeArguments(
        clause,
        "tls CERT KEY CACERT",
        { min: 3, max: 3 },
      ).map(({ text }) => text);
      connection.tls = { certFile, keyFile, caFile };
    },
    kubeconfig: (clause: Clause) => {
      const [file, context] = takeArguments(clause, "kubeconfig FILE [CONTEXT]", {
        min: 1,
        max: 2,
      });
      connection.kubeconfig = {
        file: file?.text ?? "",
        ...(context === undefined ? {} : { context: context.text }),
      };
    },
    /** Beyond CoreDNS: a directory of manifests in place of an API server. */
    manifests: (clause: Clause) => {
      connection.manifests = takeOne(clause, "manifests DIRECTORY").text;
    },
  };
}

function notYet({ position, name }: Clause): never {
  throw notSupportedYet({ ...position, text: name }, OWNER, "every other option of CoreDNS");
}

function removed({ position, name }: Clause): never {
  throw new CorefileError(
    "FL-D011",
    position,
    `'${name}' was removed from ${OWNER} in CoreDNS too; take the line away`,
  );
}
