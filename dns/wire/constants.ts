/** The numbers of DNS and their names (IANA "Domain Name System (DNS) Parameters"). */

/** Record and question types. Any other code is written TYPE12345 (RFC 3597 §5). */
export const RecordType = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  NULL: 10,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  SIG: 24,
  KEY: 25,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  DNAME: 39,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
} as const;

/** Classes. Any other code is written CLASS12345 (RFC 3597 §5). */
export const RecordClass = { IN: 1, CS: 2, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const;

export const Opcode = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5, DSO: 6 } as const;

/** Response codes, with those that need the EDNS extension bits (above 15). */
export const Rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  DSOTYPENI: 11,
  BADVERS: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADMODE: 19,
  BADNAME: 20,
  BADALG: 21,
  BADTRUNC: 22,
  BADCOOKIE: 23,
} as const;

/** Bits of the 16-bit word behind the message ID (RFC 1035 §4.1.1, RFC 4035 §3). */
export const HeaderFlag = {
  QR: 0x8000,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
  RA: 0x0080,
  AD: 0x0020,
  CD: 0x0010,
} as const;

/** The smallest reply every client takes over UDP (RFC 1035 §2.3.4), also the floor for EDNS (RFC 6891 §6.2.3). */
export const MIN_UDP_BYTES = 512;
/** What the two length bytes of a TCP message can say. */
export const MAX_MESSAGE_BYTES = 65_535;
export const HEADER_BYTES = 12;
/** Octets of a label (RFC 1035 §2.3.4). */
export const MAX_LABEL_BYTES = 63;
/** Octets of a name on the wire with its length bytes and the root label (RFC 1035 §2.3.4). */
export const MAX_NAME_BYTES = 255;

/** Both directions of one registry; codes without a name are the prefix and the number. */
function registry(codes: Readonly<Record<string, number>>, prefix: string) {
  const names = new Map(Object.entries(codes).map(([name, code]) => [code, name]));
  const byName = new Map(Object.entries(codes));
  const generic = new RegExp(`^${prefix}(\\d{1,5})$`);
  return {
    nameOf: (code: number): string => names.get(code) ?? `${prefix}${code}`,
    codeOf(name: string): number | undefined {
      const upper = name.toUpperCase();
      const code = byName.get(upper) ?? Number(generic.exec(upper)?.[1] ?? Number.NaN);
      return code <= 0xffff ? code : undefined;
    },
  };
}

const types = registry(RecordType, "TYPE");
const classes = registry(RecordClass, "CLASS");
const opcodes = registry(Opcode, "OPCODE");
const rcodes = registry(Rcode, "RCODE");

/** "AAAA" for 28, "TYPE4711" for what has no name. */
export const typeName = types.nameOf;
/** 28 for "AAAA" or "aaaa", 4711 for "TYPE4711"; undefined for a word that is no type. */
export const typeCode = types.codeOf;
export const className = classes.nameOf;
export const classCode = classes.codeOf;
export const opcodeName = opcodes.nameOf;
export const rcodeName = rcodes.nameOf;
export const rcodeCode = rcodes.codeOf;
