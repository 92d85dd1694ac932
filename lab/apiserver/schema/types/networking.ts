import type { TypeTable } from "../type-table.ts";

/** NetworkPolicies. */
export const networkingTypes: TypeTable = {
  prefix: "io.k8s.api.networking.v1",
  group: "networking.k8s.io",
  types: {
    NetworkPolicy: {
      about: "Which traffic the selected pods accept and may send.",
      isObject: true,
      fields: {
        spec: "NetworkPolicySpec What is wanted.",
      },
    },
    NetworkPolicySpec: {
      fields: {
        egress: "[]NetworkPolicyEgressRule Traffic that the pods may send. Each entry is enough.",
        ingress: "[]NetworkPolicyIngressRule Traffic that the pods accept. Each entry is enough.",
        podSelector:
          "LabelSelector The pods that the policy is about; empty means all of the namespace.",
        policyTypes:
          "[]string Ingress, Egress or both: the directions in which only listed traffic passes.",
      },
    },
    NetworkPolicyEgressRule: {
      fields: {
        ports: "[]NetworkPolicyPort Ports that it goes to; any when left out.",
        to: "[]NetworkPolicyPeer Where it goes; anywhere when left out.",
      },
    },
    NetworkPolicyIngressRule: {
      fields: {
        from: "[]NetworkPolicyPeer Where it comes from; anywhere when left out.",
        ports: "[]NetworkPolicyPort Ports of the pods that it goes to; any when left out.",
      },
    },
    NetworkPolicyPort: {
      fields: {
        endPort: "int32 Last number of a range that begins at port.",
        port: "intOrString Number or name; every port when left out.",
        protocol: "string TCP, UDP or SCTP; TCP unless said.",
      },
    },
    NetworkPolicyPeer: {
      fields: {
        ipBlock: "IPBlock A range of addresses; for peers outside the cluster.",
        namespaceSelector: "LabelSelector Namespaces.",
        podSelector:
          "LabelSelector Pods; of the policy's namespace unless a namespace selector is there too.",
      },
    },
    IPBlock: {
      fields: {
        cidr: "string! The range.",
        except: "[]string Ranges within it that do not count.",
      },
    },
    ServiceCIDR: {
      about: "A range that ClusterIPs are taken from.",
      isObject: true,
      fields: {
        spec: "ServiceCIDRSpec The range.",
        status: "ServiceCIDRStatus What was observed; written by the system.",
      },
    },
    ServiceCIDRSpec: {
      fields: { cidrs: "[]string The range, or one of each family." },
    },
    ServiceCIDRStatus: {
      fields: { conditions: "[type]Condition Whether it is in use." },
    },
  },
};
