import { z } from 'zod';

const event = z.looseObject({
  t: z.string(),
  e: z.string(),
  o: z.string().nullable(),
  a: z.string().nullable(),
  d: z.number().nullable(),
  x: z.record(z.string(), z.unknown()),
});

/** What happened in one case, as the database tells it. */
export const session = z.looseObject({
  id: z.string(),
  firstAt: z.string(),
  lastAt: z.string(),
  events: z.array(event),
});

export const sessionPage = z.looseObject({
  sessions: z.array(session),
  after: z.looseObject({ at: z.string(), id: z.string() }).nullable(),
});

export type Session = z.output<typeof session>;
export type SessionEvent = z.output<typeof event>;
