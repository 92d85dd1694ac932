import type { TypeTable } from "../type-table.ts";

/** Services and Endpoints. */
export const serviceTypes: TypeTable = {
  prefix: "io.k8s.api.core.v1",
  group: "",
  types: {
    Service: {
      about: "A stable name and virtual address in front of the pods that its selector finds.",
      isObject: true,
      fields: {
        spec: "ServiceSpec What is wanted.",
        status: "ServiceStatus What was observed; written by the system.",
      },
    },
    ServiceSpec: {
      fields: {
        allocateLoadBalancerNodePorts:
          "boolean Whether a LoadBalancer gets node ports too; true unless said.",
        clusterIP:
          'string The virtual address, "None" for a headless Service. Chosen by the server when left out.',
        clusterIPs:
          "[]string The virtual addresses, at most one of each family; the first is clusterIP.",
        externalIPs: "[]string Further addresses that nodes take traffic for.",
        externalName: "string The name that a Service of type ExternalName stands for.",
        externalTrafficPolicy:
          "string Cluster, or Local to keep traffic from outside on the node where it arrived.",
        healthCheckNodePort:
          "int32 Where load balancers ask a node whether it has local endpoints.",
        internalTrafficPolicy: "string Cluster, or Local to keep traffic from pods on their node.",
        ipFamilies: "[]string IPv4, IPv6, or both in the order of preference.",
        ipFamilyPolicy: "string SingleStack, PreferDualStack or RequireDualStack.",
        loadBalancerClass: "string Which implementation provides the load balancer.",
        loadBalancerIP:
          "string A wish for the address of the load balancer. Implementations differ in what they make of it.",
        loadBalancerSourceRanges: "[]string CIDRs that may reach the load balancer.",
        ports: "[port,protocol=TCP]ServicePort Ports that the Service has.",
        publishNotReadyAddresses: "boolean Whether pods count as endpoints before they are ready.",
        selector:
          "{atomic}string Labels of the pods that the traffic goes to. Without it, endpoints are someone else's to write.",
        sessionAffinity: "string None, or ClientIP to send a client to the same pod again.",
        sessionAffinityConfig: "SessionAffinityConfig Details of the affinity.",
        trafficDistribution:
          "string A preference among endpoints, such as those in the client's zone.",
        type: "string ClusterIP, NodePort, LoadBalancer or ExternalName; each but the last adds to the one before.",
      },
    },
    ServicePort: {
      fields: {
        appProtocol: "string What is spoken on the port, as a hint for implementations.",
        name: "string Required where there are several; part of SRV names in DNS.",
        nodePort: "int32 The port on every node, for types NodePort and LoadBalancer.",
        port: "int32! The port of the Service.",
        protocol: "string TCP, UDP or SCTP; TCP unless said.",
        targetPort:
          "intOrString Number or name of the container's port; the same as port when left out.",
      },
    },
    ServiceStatus: {
      fields: {
        conditions: "[type]Condition",
        loadBalancer: "LoadBalancerStatus Where the load balancer can be reached.",
      },
    },
    SessionAffinityConfig: {
      fields: {
        clientIP: "ClientIPConfig",
      },
    },
    ClientIPConfig: {
      fields: {
        timeoutSeconds: "int32",
      },
    },
    LoadBalancerStatus: {
      fields: {
        ingress: "[]LoadBalancerIngress",
      },
    },
    LoadBalancerIngress: {
      fields: {
        hostname: "string",
        ip: "string",
        ipMode: "string",
        ports: "[]PortStatus",
      },
    },
    PortStatus: {
      fields: {
        error: "string",
        port: "int32!",
        protocol: "string!",
      },
    },
    Endpoints: {
      about:
        "The addresses behind a Service in one object. EndpointSlice has taken its place; this form is kept for older clients.",
      isObject: true,
      fields: {
        subsets: "[]EndpointSubset",
      },
    },
    EndpointSubset: {
      fields: {
        addresses: "[]EndpointAddress",
        notReadyAddresses: "[]EndpointAddress",
        ports: "[]EndpointPort",
      },
    },
    EndpointAddress: {
      isAtomic: true,
      fields: {
        hostname: "string",
        ip: "string!",
        nodeName: "string",
        targetRef: "ObjectReference",
      },
    },
    EndpointPort: {
      isAtomic: true,
      fields: {
        appProtocol: "string",
        name: "string",
        port: "int32!",
        protocol: "string",
      },
    },
  },
};
