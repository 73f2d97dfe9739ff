export const ALLOWED = 'allowed';

export interface Call {
  readonly number: number;
  readonly args: readonly number[];
  readonly arch: number;
}

/** Runs a filter as the kernel does: a tiny interpreter of the instructions that it uses. */
export function runFilter(program: Buffer, { number, args, arch }: Call): unknown {
  const input = callBytes(number, arch, args);
  let loaded = 0;
  for (let at = 0; at < program.length;) {
    const code = program.readUInt16LE(at);
    const operand = program.readUInt32LE(at + 4);
    const skip = (isTrue: boolean): number => program.readUInt8(at + (isTrue ? 2 : 3)) * 8;
    if (code === 0x06) return verdictOf(operand);
    if (code === 0x20) loaded = input.readUInt32LE(operand);
    else if (code === 0x15) at += skip(loaded === operand);
    else if (code === 0x25) at += skip(loaded > operand);
    else if (code === 0x45) at += skip((loaded & operand) !== 0);
    else throw new Error(`unknown instruction ${code}`);
    at += 8;
  }
  throw new Error('the program has no end');
}

function callBytes(number: number, arch: number, args: readonly number[]): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(number, 0);
  bytes.writeUInt32LE(arch, 4);
  args.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), 16 + index * 8));
  return bytes;
}

function verdictOf(value: number): unknown {
  if (value === 0x7fff0000) return ALLOWED;
  if (value >>> 16 === 5) return value & 0xffff;
  throw new Error(`unknown verdict ${value}`);
}
