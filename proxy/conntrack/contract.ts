/** What is done about the kernel's connection tracking: flows that rules alone cannot move, and its limits. */
import type { IpFamily } from "../contract.ts";

export interface SocketAddress {
  /** Canonical text. */
  readonly address: string;
  readonly port: number;
}

/** A tracked UDP flow, as far as the proxy looks at it. */
export interface Flow {
  /** As the client's packets are addressed. */
  readonly originalDestination: SocketAddress;
  /** Who answers: the backend where the destination was rewritten, else the original destination. */
  readonly replySource: SocketAddress;
}

/** The kernel's table. `F` is the flow with what the table needs to find it again. */
export interface FlowTable<F extends Flow = Flow> {
  /** All UDP flows of a family. */
  udpFlows(family: IpFamily): readonly F[] | Promise<readonly F[]>;
  /** Deletes just that flow, not another that has taken its addresses since. False when it was gone. */
  delete(flow: F): boolean | Promise<boolean>;
}

/** A UDP ServicePort in one family. */
export interface UdpPort {
  /** Where it answers: ClusterIP, load balancer and external IPs, node addresses with the nodePort. */
  readonly frontends: readonly SocketAddress[];
  /**
   * Every endpoint that serves, whatever policies, hints and readiness make of it: a flow stays with its backend for
   * as long as that answers, as a TCP connection does.
   */
  readonly backends: readonly SocketAddress[];
}

export interface UdpService {
  readonly namespace: string;
  readonly name: string;
  /** None when it is gone or has no UDP port. */
  readonly ports: readonly UdpPort[];
}

/** Frontends whose flows are looked at, and to whom these may lead. */
export interface FlowTarget {
  readonly frontends: readonly SocketAddress[];
  /** "withdrawn": no Service answers there any more. */
  readonly backends: readonly SocketAddress[] | "withdrawn";
}

/** The conntrack section of a KubeProxyConfiguration; 0 leaves the kernel's value. */
export interface ConntrackConfig {
  readonly maxPerCore: number;
  readonly min: number;
  readonly tcpEstablishedTimeoutSeconds: number;
  readonly tcpCloseWaitTimeoutSeconds: number;
  readonly tcpBeLiberal: boolean;
  readonly udpTimeoutSeconds: number;
  readonly udpStreamTimeoutSeconds: number;
}
