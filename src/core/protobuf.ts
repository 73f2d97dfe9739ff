/** The part of protobuf's wire format that E2B's messages need: varints up to 32 bits and length-delimited fields. */
export interface ProtoField {
  readonly number: number;
  /** The value of a varint field; 0 for any other. */
  readonly varint: number;
  /** The content of a length-delimited field; empty for any other. */
  readonly bytes: Buffer;
}

const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;
const EMPTY = Buffer.alloc(0);

/** Collects the fields of one message. */
export class ProtoWriter {
  readonly #parts: Buffer[] = [];

  varint(field: number, value: number): this {
    this.#parts.push(encodeVarints(field * 8 + WIRE_VARINT, value));
    return this;
  }

  bytes(field: number, value: Buffer): this {
    this.#parts.push(bytesFieldHeader(field, value.length), value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Tag and length of a field whose content is written after it uncopied. */
export function bytesFieldHeader(field: number, contentBytes: number): Buffer {
  return encodeVarints(field * 8 + WIRE_BYTES, contentBytes);
}

/** Splits a message into its fields, unknown ones included. Throws RangeError when it is malformed. */
export function readProto(message: Buffer): ProtoField[] {
  const fields: ProtoField[] = [];
  const cursor = { offset: 0 };
  while (cursor.offset < message.length) {
    const tag = readVarint(message, cursor);
    const number = Math.floor(tag / 8);
    if (number === 0) throw new RangeError('protobuf: illegal tag 0');
    fields.push(readValue(message, cursor, { number, wireType: tag % 8 }));
  }
  return fields;
}

/** The signed number behind a sint32. */
export function fromZigZag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** A signed number as sint32 writes it. */
export function toZigZag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}

function readValue(
  message: Buffer,
  cursor: { offset: number },
  { number, wireType }: { number: number; wireType: number },
): ProtoField {
  switch (wireType) {
    case WIRE_VARINT:
      return { number, varint: readVarint(message, cursor), bytes: EMPTY };
    case WIRE_BYTES:
      return { number, varint: 0, bytes: take(message, cursor, readVarint(message, cursor)) };
    case WIRE_FIXED64:
      take(message, cursor, 8);
      return { number, varint: 0, bytes: EMPTY };
    case WIRE_FIXED32:
      take(message, cursor, 4);
      return { number, varint: 0, bytes: EMPTY };
    default:
      throw new RangeError(`protobuf: illegal wire type ${wireType}`);
  }
}

function take(message: Buffer, cursor: { offset: number }, length: number): Buffer {
  const end = cursor.offset + length;
  if (end > message.length) throw new RangeError('protobuf: premature end');
  const bytes = message.subarray(cursor.offset, end);
  cursor.offset = end;
  return bytes;
}

/** Up to 64 bits; beyond 2^53 the value is inexact, and no field that is read here goes there. */
function readVarint(message: Buffer, cursor: { offset: number }): number {
  let value = 0;
  let factor = 1;
  for (let index = 0; index < 10; index += 1) {
    const byte = message[cursor.offset];
    if (byte === undefined) throw new RangeError('protobuf: premature end');
    cursor.offset += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
    factor *= 128;
  }
  throw new RangeError('protobuf: varint too long');
}

function encodeVarints(first: number, second: number): Buffer {
  const bytes: number[] = [];
  for (const value of [first, second]) {
    let rest = value;
    while (rest >= 0x80) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}
