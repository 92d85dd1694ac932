import { HEADER_BYTES } from "./abi.ts";

/** What messages are let through: of this type, and with these bytes in the family's own header. */
export interface MessagePattern {
  /** nlmsg_type below 256. */
  readonly type: number;
  readonly bytes?: readonly { readonly offset: number; readonly value: number }[];
}

/** struct sock_filter: code (u16), jumps when true and when false (u8 each), value (u32). */
const INSTRUCTION_BYTES = 8;
/** The lower byte of nlmsg_type, of which numbers are little-endian. */
const TYPE_OFFSET = 4;
const LOAD_BYTE = 0x30;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
const WHOLE_MESSAGE = 0xffff_ffff;

/**
 * A classic BPF program (Linux, Documentation/networking/filter.rst) that passes messages of one of the patterns and
 * drops all others, before they wake anybody.
 */
export function compileFilter(patterns: readonly MessagePattern[]): Buffer {
  return Buffer.concat([...patterns.flatMap(pass), instruction(RETURN, 0)]);
}

/** Instructions that end the program for a match, and lead behind themselves otherwise. */
function pass({ type, bytes = [] }: MessagePattern): readonly Buffer[] {
  const wanted = [
    { at: TYPE_OFFSET, value: type },
    ...bytes.map(({ offset, value }) => ({ at: HEADER_BYTES + offset, value })),
  ];
  const tests = wanted.flatMap(({ at, value }, index) => {
    // To behind the return that follows the last test.
    const otherwise = (wanted.length - 1 - index) * 2 + 1;
    return [instruction(LOAD_BYTE, at), instruction(JUMP_IF_EQUAL, value, otherwise)];
  });
  return [...tests, instruction(RETURN, WHOLE_MESSAGE)];
}

function instruction(code: number, value: number, jumpIfFalse = 0): Buffer {
  const bytes = Buffer.alloc(INSTRUCTION_BYTES);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(jumpIfFalse, 3);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}

export const programLength = (program: Buffer): number => program.length / INSTRUCTION_BYTES;
