/** What the balancer reads of the API's objects; other fields are passed over. Types only. */

export interface BalancedService {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec?: {
    readonly type?: string;
    readonly externalTrafficPolicy?: string;
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
  };
}

export interface BalancedSlice {
  readonly metadata: {
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly endpoints?: readonly {
    readonly nodeName?: string;
    readonly conditions?: { readonly ready?: boolean };
  }[];
}

export interface BalancedNode {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export interface BalancedCluster {
  readonly services: readonly BalancedService[];
  readonly slices: readonly BalancedSlice[];
  readonly nodes: readonly BalancedNode[];
}

/** Addresses of LoadBalancer Services, each with the nodes that take its connections, in order. */
export type BalancerPlan = ReadonlyMap<string, readonly string[]>;
