import { z } from 'zod';

export const MAX_TEXT_BYTES = 256 * 1024;
const MAX_ATTRIBUTE_BYTES = 64 * 1024;
const MAX_ATTRIBUTES = 128;
const MAX_ATTRIBUTE_NAME = 200;

/** The name of something: an agent, a session, a task. */
export const nameField = z.string().min(1).max(200);

/** Long text, such as a prompt or an answer. */
export const textField = z
  .string()
  .refine(
    (text) => Buffer.byteLength(text) <= MAX_TEXT_BYTES,
    `must be at most ${MAX_TEXT_BYTES} bytes of UTF-8`,
  );

/** Free facts of the caller as JSON. */
export const attributesField = z
  .record(z.string().min(1).max(MAX_ATTRIBUTE_NAME), z.json())
  .refine(
    (attributes) => Object.keys(attributes).length <= MAX_ATTRIBUTES,
    `must have at most ${MAX_ATTRIBUTES} keys`,
  )
  .refine(
    (attributes) => Buffer.byteLength(JSON.stringify(attributes)) <= MAX_ATTRIBUTE_BYTES,
    `must be at most ${MAX_ATTRIBUTE_BYTES} bytes of JSON`,
  );

/** An ISO 8601 moment. */
export const momentField = z.iso.datetime({ offset: true });

/** A moment, or a time ago: `24h`, `7d`. */
export const sinceField = z.union([momentField, z.string().regex(/^\d{1,6}[smhd]$/)], {
  error: 'must be a moment (2026-01-31T12:00:00Z) or a time ago (24h, 7d)',
});

/** How many rows of a list. */
export const limitField = z.int().min(1).max(1000).default(50);

/** Where the last page of a list ended; opaque. */
export const cursorField = z.string().min(1).max(2000);

export const traceIdField = z
  .string()
  .regex(/^(?!0{32})[0-9a-f]{32}$/, 'must be 32 hexadecimal digits, not all of them zero');

export const spanIdField = z
  .string()
  .regex(/^(?!0{16})[0-9a-f]{16}$/, 'must be 16 hexadecimal digits, not all of them zero');

/** What every write may carry. */
export const writeFields = {
  idempotencyKey: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('The same key again returns the first answer and changes nothing.'),
};

/** Who calls, for every write that is noted as an event. */
export const callerFields = {
  agentId: nameField.optional(),
  sessionId: nameField.optional(),
  traceId: traceIdField.optional(),
};
