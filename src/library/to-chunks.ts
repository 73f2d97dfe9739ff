const CHUNK_BYTES = 64 * 1024;

/** Standard input as chunks that one message holds. */
export async function* toChunks(
  input: string | Uint8Array | AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void> {
  if (typeof input === 'string') {
    yield* cut(Buffer.from(input));
  } else if (input instanceof Uint8Array) {
    yield* cut(input);
  } else {
    for await (const bytes of input) yield* cut(bytes);
  }
}

function* cut(bytes: Uint8Array): Generator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    yield Buffer.from(bytes.subarray(at, at + CHUNK_BYTES));
}
