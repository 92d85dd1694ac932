import { aligned } from "../abi.ts";
import type { NetlinkReply } from "../contract.ts";
import { NetlinkFormatError } from "../errors.ts";
import { decodeIp, ipFamily } from "../ip.ts";
import { AttributeReader, readAttributes } from "../reader.ts";
import { RTA, RTAX, RTMSG_BYTES, RTNEXTHOP_BYTES, RTNH_F_ONLINK } from "./abi.ts";
import type { NextHop, PresentRoute } from "./contract.ts";
import { routeTypes } from "./route.ts";

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/**
 * Reads an RTM_NEWROUTE or RTM_DELROUTE; undefined for families other than IP.
 * @throws NetlinkFormatError when it is malformed
 */
export function readRoute({ body }: Pick<NetlinkReply, "body">): PresentRoute | undefined {
  const family = ipFamily(body.readUInt8(0));
  if (family === undefined) return undefined;
  const nextHops: NextHop[] = [];
  let destination = family === 4 ? "0.0.0.0" : "::";
  const route: Writable<PresentRoute> = {
    destination: "",
    type: routeTypes[body.readUInt8(7)] ?? "unicast",
    protocol: body.readUInt8(5),
    table: body.readUInt8(4),
    priority: 0,
    scope: body.readUInt8(6),
    onLink: (body.readUInt32LE(8) & RTNH_F_ONLINK) !== 0,
    nextHops,
  };
  readAttributes(body, RTMSG_BYTES, (attribute) => {
    switch (attribute.type) {
      case RTA.DST:
        destination = decodeIp(attribute.bytes());
        break;
      case RTA.OIF:
        route.linkIndex = attribute.u32();
        break;
      case RTA.GATEWAY:
      case RTA.VIA:
        route.gateway = readGateway(attribute);
        break;
      case RTA.PRIORITY:
        route.priority = attribute.u32();
        break;
      case RTA.PREFSRC:
        route.preferredSource = decodeIp(attribute.bytes());
        break;
      case RTA.TABLE:
        route.table = attribute.u32();
        break;
      case RTA.METRICS:
        readMetrics(attribute, route);
        break;
      case RTA.MULTIPATH:
        nextHops.push(...readNextHops(attribute.bytes()));
    }
  });
  route.destination = `${destination}/${body.readUInt8(1)}`;
  return route;
}

function readMetrics(metrics: AttributeReader, route: Writable<PresentRoute>): void {
  metrics.nested((metric) => {
    if (metric.type === RTAX.MTU) route.mtuBytes = metric.u32();
    if (metric.type === RTAX.ADVMSS) route.advertisedMssBytes = metric.u32();
  });
}

/** RTA_VIA has the family before the address. */
function readGateway(attribute: AttributeReader): string {
  const bytes = attribute.bytes();
  return decodeIp(attribute.type === RTA.VIA ? bytes.subarray(2) : bytes);
}

function readNextHops(bytes: Buffer): readonly NextHop[] {
  const hops: NextHop[] = [];
  for (let start = 0; start + RTNEXTHOP_BYTES <= bytes.length; ) {
    const lengthBytes = bytes.readUInt16LE(start);
    if (lengthBytes < RTNEXTHOP_BYTES || start + lengthBytes > bytes.length)
      throw new NetlinkFormatError(`malformed next hop of ${lengthBytes} bytes`);
    let gateway: string | undefined;
    const attributes = new AttributeReader(bytes, start + RTNEXTHOP_BYTES, start + lengthBytes);
    while (attributes.next())
      if (attributes.type === RTA.GATEWAY || attributes.type === RTA.VIA)
        gateway = readGateway(attributes);
    attributes.check();
    const weight = bytes.readUInt8(start + 3) + 1;
    const linkIndex = bytes.readInt32LE(start + 4);
    hops.push({ ...(gateway === undefined ? {} : { gateway }), linkIndex, weight });
    start += aligned(lengthBytes);
  }
  return hops;
}
