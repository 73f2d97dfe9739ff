/** One classic BPF instruction; jumps count the instructions to skip. */
export interface BpfInstruction {
  readonly code: number;
  readonly operand: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
}

const INSTRUCTION_BYTES = 8;

/** Writes a program as the kernel's `struct sock_filter[]`, little endian. */
export function encodeBpf(program: readonly BpfInstruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES);
  program.forEach((instruction, index) => {
    const offset = index * INSTRUCTION_BYTES;
    bytes.writeUInt16LE(instruction.code, offset);
    bytes.writeUInt8(instruction.jumpTrue, offset + 2);
    bytes.writeUInt8(instruction.jumpFalse, offset + 3);
    bytes.writeUInt32LE(instruction.operand, offset + 4);
  });
  return bytes;
}

/** Loads the 32-bit word at `offset` of `struct seccomp_data`. */
export function loadWord(offset: number): BpfInstruction {
  return { code: 0x20, operand: offset, jumpTrue: 0, jumpFalse: 0 };
}

/** Ends the program with a verdict. */
export function verdict(value: number): BpfInstruction {
  return { code: 0x06, operand: value, jumpTrue: 0, jumpFalse: 0 };
}

/** Jumps when the loaded word equals `operand`. */
export function jumpIfEqual(operand: number, jumpTrue: number, jumpFalse: number): BpfInstruction {
  return { code: 0x15, operand, jumpTrue, jumpFalse };
}

/** Jumps when the loaded word, unsigned, is greater than `operand`. */
export function jumpIfGreater(operand: number, jumpTrue: number, jumpFalse: number): BpfInstruction {
  return { code: 0x25, operand, jumpTrue, jumpFalse };
}

/** Jumps when the loaded word shares a bit with `operand`. */
export function jumpIfAnyBit(operand: number, jumpTrue: number, jumpFalse: number): BpfInstruction {
  return { code: 0x45, operand, jumpTrue, jumpFalse };
}
