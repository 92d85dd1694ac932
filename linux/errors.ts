import { constants } from "node:os";
import type { ErrorCode } from "#observe/error-catalogue.ts";
import { FairleadError } from "#observe/errors.ts";

export interface FailedCall {
  /** The function as its manual page names it, for example "bind". */
  readonly call: string;
  /** As the C library counts it: positive. */
  readonly errno: number;
  /** What the suite was about to do, for example "listen on 127.0.0.1:53 over UDP". */
  readonly detail: string;
}

/** A system call that failed; the message says which, why in the kernel's words, and what to do about it. */
export class SystemCallError extends FairleadError {
  readonly call: string;
  readonly errno: number;
  readonly errnoName: string;
  readonly detail: string;
  /** What an operator can do; undefined where nothing better is known than the errno itself. */
  readonly hint: string | undefined;

  constructor({ call, errno, detail }: FailedCall) {
    const name = errnoName(errno);
    const code = errorCode(name);
    const hint = hintFor(name, call);
    super(code, `cannot ${detail}: ${call}: ${name}${hint === undefined ? "" : ` (${hint})`}`);
    this.call = call;
    this.errno = errno;
    this.errnoName = name;
    this.detail = detail;
    this.hint = hint;
  }

  override get remedy(): string {
    return this.hint ?? super.remedy;
  }
}

/** The symbolic name, "EADDRINUSE" for 98; numbers the system has no name for read "errno 4711". */
export function errnoName(errno: number): string {
  return errnoNames.get(errno) ?? `errno ${errno}`;
}

/** Where two names share a number (EAGAIN and EWOULDBLOCK) the first, which is the usual one, holds. */
const errnoNames = new Map<number, string>(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, errno]) => [errno, name]),
);

function errorCode(name: string): ErrorCode {
  return name === "EADDRINUSE" ? "FL-L002" : "FL-L001";
}

function hintFor(name: string, call: string): string | undefined {
  return hints[`${name} ${call}`] ?? hints[name];
}

/** By errno, or by errno and call where the call gives it a meaning of its own. */
const hints: Readonly<Record<string, string>> = {
  EADDRINUSE:
    "another process holds the port: find it with `ss -lnup`, stop it, or choose another port",
  "EADDRINUSE listen":
    "another process holds the port: find it with `ss -lntp`, stop it, or choose another port",
  EADDRNOTAVAIL:
    "no interface of this machine has the address: add it with `ip address add`, or listen on another",
  "EACCES bind":
    "ports below net.ipv4.ip_unprivileged_port_start need CAP_NET_BIND_SERVICE: grant it, or choose a port from 1024 on",
  EAFNOSUPPORT: "this machine has no IPv6: listen on an IPv4 address such as 0.0.0.0",
  EACCES: "the process lacks a capability for it: run as root, or grant the capability",
  EPERM: "the process lacks a capability for it: run as root, or grant the capability",
  EMFILE: "too many files are open in this process: raise `ulimit -n`",
  ENFILE: "too many files are open on this machine: raise fs.file-max",
  ENOBUFS: "the kernel is short of memory for sockets: lower the buffer sizes or raise the limit",
  ENOMEM: "the machine is out of memory",
};
