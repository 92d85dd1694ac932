/** Numbers of nf_tables: include/uapi/linux/netfilter/nf_tables.h and nfnetlink.h. */

const NFNL_SUBSYS_NFTABLES = 10;
export const NFNL_MSG_BATCH_BEGIN = 16;
export const NFNL_MSG_BATCH_END = 17;

const message = (number: number): number => (NFNL_SUBSYS_NFTABLES << 8) | number;

export const messages = {
  newTable: message(0),
  getTable: message(1),
  deleteTable: message(2),
  newChain: message(3),
  getChain: message(4),
  deleteChain: message(5),
  newRule: message(6),
  getRule: message(7),
  deleteRule: message(8),
  newSet: message(9),
  getSet: message(10),
  deleteSet: message(11),
  newElements: message(12),
  getElements: message(13),
  deleteElements: message(14),
  getGeneration: message(16),
} as const;

/** struct nfgenmsg behind the message header: family (u8), version (u8), resource (u16, big-endian). */
export const NFGENMSG_BYTES = 4;
export const SUBSYSTEM_RESOURCE = NFNL_SUBSYS_NFTABLES;

export const families = { inet: 1, ip: 2, arp: 3, bridge: 7, ip6: 10 } as const;

export const GENERATION = { id: 1 } as const;
export const TABLE = { name: 1, userdata: 6 } as const;
export const CHAIN = {
  table: 1,
  name: 3,
  hook: 4,
  policy: 5,
  type: 7,
  userdata: 12,
} as const;
export const HOOK = { number: 1, priority: 2 } as const;
export const RULE = {
  table: 1,
  chain: 2,
  handle: 3,
  expressions: 4,
  userdata: 7,
} as const;
export const SET = {
  table: 1,
  name: 2,
  flags: 3,
  keyType: 4,
  keyLength: 5,
  dataType: 6,
  dataLength: 7,
  description: 9,
  id: 10,
  timeout: 11,
  userdata: 13,
  expression: 17,
  expressions: 18,
} as const;
export const SET_DESCRIPTION = { size: 1, concat: 2 } as const;
export const FIELD_LENGTH = 1;
export const SET_FLAG = {
  anonymous: 0x1,
  constant: 0x2,
  interval: 0x4,
  map: 0x8,
  timeout: 0x10,
  dynamic: 0x20,
  concat: 0x80,
} as const;
export const ELEMENTS = { table: 1, set: 2, list: 3, setId: 4 } as const;
export const ELEMENT = {
  key: 1,
  data: 2,
  flags: 3,
  timeout: 4,
  expiration: 5,
  userdata: 6,
  expression: 7,
  keyEnd: 10,
  expressions: 11,
} as const;
export const ELEMENT_INTERVAL_END = 1;
export const DATA = { value: 1, verdict: 2 } as const;
export const DATA_TYPE_VERDICT = 0xffffff00;
export const VERDICT = { code: 1, chain: 2 } as const;
/** The codes as unsigned words. */
export const verdictCodes = {
  drop: 0,
  accept: 1,
  continue: 0xffffffff,
  jump: 0xfffffffd,
  goto: 0xfffffffc,
  return: 0xfffffffb,
} as const;
export const LIST_ELEM = 1;
export const EXPRESSION = { name: 1, data: 2 } as const;
export const COUNTER = { bytes: 1, packets: 2 } as const;

/** Tags of the user data that nft keeps beside objects, its own listing and comments being made of them. */
export const USERDATA = {
  comment: 0,
  setKeyOrder: 0,
  setDataOrder: 1,
  setComment: 7,
} as const;
/** enum byteorder of nft. */
export const ORDER = { host: 1, network: 2 } as const;

export const hooks = {
  prerouting: 0,
  input: 1,
  forward: 2,
  output: 3,
  postrouting: 4,
} as const;
