/** Who may speak to the server, and what proves it. */

/** Who asks (authentication.k8s.io/v1 UserInfo). */
export interface UserInfo {
  readonly username: string;
  readonly groups: readonly string[];
}

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface TokenRequest {
  readonly namespace: string;
  /** Name of the ServiceAccount. */
  readonly name: string;
  /** Default 3600. */
  readonly lifetimeSeconds?: number;
  /** Whom it is meant for; the API server alone when absent. */
  readonly audiences?: readonly string[];
  /** The object that it was made for. */
  readonly boundTo?: { readonly kind: string; readonly name: string; readonly uid: string };
}

/** The certificate authority of one cluster and the signer of its service account tokens. */
export interface Authority {
  /** PEM; what clients trust. */
  readonly caCertificate: string;
  /** A certificate for a server that is reached by these DNS names and IP addresses. */
  issueServer(hosts: readonly string[]): KeyPair;
  issueClient(user: UserInfo): KeyPair;
  /** A service account's token, a JSON Web Token (RFC 7519). */
  issueToken(request: TokenRequest): string;
  /** Whose valid token it is; undefined for a forged, foreign or expired one. */
  userOfToken(token: string): UserInfo | undefined;
}
