import type { ProtoField } from './protobuf.ts';

/** The content of the last field with this number, which is the one that counts. */
export function bytesOf(fields: readonly ProtoField[], number: number): Buffer | undefined {
  return fields.findLast((field) => field.number === number)?.bytes;
}

/** The last field with this number as text. */
export function textOf(fields: readonly ProtoField[], number: number): string | undefined {
  return bytesOf(fields, number)?.toString();
}

/** The last field with this number as a number; 0 when there is none, as protobuf has it. */
export function numberOf(fields: readonly ProtoField[], number: number): number {
  return fields.findLast((field) => field.number === number)?.varint ?? 0;
}
