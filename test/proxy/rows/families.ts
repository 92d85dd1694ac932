/** Rows 83 and 84: IPv4 and IPv6 side by side; and what IPv6 alone does otherwise. */
import type { Row } from "../contract.ts";
import { service, slice } from "../objects.ts";
import { refused, served, silent, sticky, tcp, udp } from "../steps.ts";

const dual = (number: number, more = {}) =>
  service(`row-${number}`, {
    clusterIP: `10.96.${number}.1`,
    clusterIPs: [`10.96.${number}.1`, `fd00:10:96::${number}`],
    ipFamilyPolicy: "RequireDualStack",
    ipFamilies: ["IPv4", "IPv6"],
    ...more,
  });

const six = (number: number) => `[fd00:10:96::${number}]:80`;

export const familyRows: readonly Row[] = [
  {
    number: 83,
    name: "a dual-stack Service is served in each family by that family's endpoints",
    objects: [
      dual(83, {
        type: "NodePort",
        externalTrafficPolicy: "Local",
        sessionAffinity: "ClientIP",
        ports: [
          { name: "t", port: 80, nodePort: 30_083 },
          { name: "u", port: 80, protocol: "UDP", nodePort: 30_083 },
        ],
      }),
      ...([4, 6] as const).map((family) =>
        slice("row-83", family === 4 ? ["A", "R"] : ["B", "S"], {
          ports: [
            { name: "t", port: 8080 },
            { name: "u", port: 8081, protocol: "UDP" },
          ],
          family,
          suffix: `${family}`,
        }),
      ),
    ],
    steps: [
      tcp("C", "10.96.83.1:80", sticky(["A:8080", "R:8080"])),
      tcp("C", six(83), sticky(["B:8080", "S:8080"])),
      udp("C", six(83), sticky(["B:8081", "S:8081"])),
      tcp("n1", six(83), sticky(["B", "S"])),
      tcp("X", "192.168.50.2:30083", served(["A"], { source: "client" })),
      tcp("X", "[fd00:50::2]:30083", served(["B"], { source: "client" })),
      // To itself, through its Service and through no other.
      tcp("X", six(83), sticky(["B", "S"])),
    ],
  },
  {
    number: 84,
    name: "with slices of IPv6 alone the IPv4 address is refused",
    objects: [dual(84), slice("row-84", ["A", "S"], { family: 6 })],
    steps: [
      tcp("C", "10.96.84.1:80", refused),
      tcp("C", six(84), served(["A", "S"], { source: "client" })),
      tcp("n1", six(84), served(["A", "S"], { source: "node" })),
      tcp("A", six(84), served(["A", "S"])),
      tcp("C", "[fd00:10:96::84]:81", refused),
      tcp("C", "[fd00:10:96::8484]:80", silent),
    ],
  },
];
