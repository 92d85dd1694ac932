import manifest from "../../package.json" with { type: "json" };

/** What the API server's audit log and its priority levels see. */
export const userAgent = `fairlead/${manifest.version}`;
