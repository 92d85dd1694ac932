import { expect, test } from "vitest";
import { kernelState } from "./kernel-state.ts";

const table = (services: string, endpoints: string, classes: string): string =>
  `table ip fairlead {
	map services {
		typeof ip daddr . meta l4proto . th dport : meta priority
		counter
		elements = { ${services} }
	}

	map endpoints {
		elements = { ${endpoints} }
	}

	map classes {
		elements = { ${classes} }
	}

	map clients {
		flags dynamic,timeout
		elements = { 10.96.0.9 . tcp . 80 . 10.244.0.10 timeout 3h expires 2h59m57s244ms : f200:2 }
	}
}
`;

const stateOf = (text: string): Promise<string> =>
  kernelState(
    { run: async (_, [, , family] = []) => (family === "ip" ? text : "") },
    /10\.96\.255\./,
  );

const first = table(
  "10.96.0.1 . tcp . 80 counter packets 7 bytes 420 : f110:2",
  "10.96.0.1 . tcp . 80 . f000:0 : 10.244.0.11 . 8080, 10.96.0.1 . tcp . 80 . f000:1 : 10.244.0.12 . 8080",
  "f110:1 : goto lb-1, f110:2 : goto lb-2",
);

test("order, numbers, counters, clients and what is ignored make no difference", async () => {
  const other = table(
    "10.96.255.1 . tcp . 80 counter packets 0 bytes 0 : f110:1, 10.96.0.1 . tcp . 80 counter packets 0 bytes 0 : f110:7",
    "10.96.0.1 . tcp . 80 . f000:0 : 10.244.0.12 . 8080,\n\t\t\t     10.96.0.1 . tcp . 80 . f000:1 : 10.244.0.11 . 8080",
    "f110:1 : goto lb-1, f110:7 : goto lb-2",
  );
  expect(await stateOf(other)).toBe(await stateOf(first));
  expect(await stateOf(first)).toBe(`ip services: 1
10.96.0.1 . tcp . 80 : goto lb-2
ip endpoints: 2
10.96.0.1 . tcp . 80 . INDEX : 10.244.0.11 . 8080
10.96.0.1 . tcp . 80 . INDEX : 10.244.0.12 . 8080`);
});

test.each([
  ["an endpoint that is left over", "10.244.0.12 . 8080", "10.244.0.13 . 8080"],
  ["an endpoint that is there twice", "10.244.0.12 . 8080", "10.244.0.11 . 8080"],
  ["another chain", "80 counter packets 7 bytes 420 : f110:2", "80 : f110:1"],
])("%s makes one", async (_, is, was) => {
  expect(await stateOf(first.replace(is, was))).not.toBe(await stateOf(first));
});
