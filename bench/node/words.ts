/** Words that scenarios share. */

export const fairlead = "fairlead node";
/** The Service kube-dns. */
export const clusterDns = "10.96.0.10";
