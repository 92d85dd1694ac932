import { constants } from "node:os";
import { expect, test } from "vitest";
import { FairleadError } from "#observe/errors.ts";
import { errnoName, SystemCallError } from "./errors.ts";

const { EACCES, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EBADF, EPERM } = constants.errno;

test.each([
  { call: "bind", errno: EADDRINUSE, code: "FL-L002", says: ["EADDRINUSE", "ss -lnup"] },
  { call: "listen", errno: EADDRINUSE, code: "FL-L002", says: ["EADDRINUSE", "ss -lntp"] },
  { call: "bind", errno: EADDRNOTAVAIL, code: "FL-L001", says: ["EADDRNOTAVAIL", "ip address"] },
  { call: "bind", errno: EACCES, code: "FL-L001", says: ["EACCES", "CAP_NET_BIND_SERVICE"] },
  { call: "open", errno: EACCES, code: "FL-L001", says: ["EACCES", "capability"] },
  { call: "socket", errno: EAFNOSUPPORT, code: "FL-L001", says: ["EAFNOSUPPORT", "no IPv6"] },
  { call: "setpriority", errno: EPERM, code: "FL-L001", says: ["EPERM", "capability"] },
  { call: "close", errno: EBADF, code: "FL-L001", says: ["EBADF"] },
])("$call with errno $errno says what, why and what to do", ({ call, errno, code, says }) => {
  const error = new SystemCallError({ call, errno, detail: "listen on [::1]:53 over UDP" });
  expect(error).toBeInstanceOf(FairleadError);
  expect(error).toMatchObject({ name: "SystemCallError", code, call, errno });
  for (const part of ["cannot listen on [::1]:53 over UDP", call, ...says])
    expect(error.message).toContain(part);
});

test("the remedy is the hint, or the catalogue's where there is none", () => {
  const remedyOf = (errno: number): string =>
    new SystemCallError({ call: "bind", errno, detail: "listen" }).remedy;
  expect(remedyOf(EADDRNOTAVAIL)).toContain("ip address add");
  expect(remedyOf(EBADF)).toContain("the message names the call");
});

test.each([
  { errno: 11, name: "EAGAIN" },
  { errno: 95, name: "ENOTSUP" },
  { errno: 98, name: "EADDRINUSE" },
  { errno: 4711, name: "errno 4711" },
])("errno $errno is $name", ({ errno, name }) => {
  expect(errnoName(errno)).toBe(name);
});
