import { z } from 'zod';
import { about, byteSize, duration, GB, KB } from './schema-values.ts';

const EXPECTED = 'a list of rules, such as';
const rules = z.array(z.string().regex(/^[A-Za-z0-9_./*-]{1,128}$/)).max(1000);

/** Which tools the scripts may call, and what the calls of one run may come to. */
export const toolsSchema = z.strictObject({
  allow: rules
    .optional()
    .meta(
      about(
        'The tools that a script may call; without it, all but those of deny. With it, those of ask may be called, too.',
        `${EXPECTED} ["telemetry", "metric_*", "read"]`,
      ),
    ),
  ask: rules
    .default([])
    .meta(
      about('The tools before whose calls the person at the terminal is asked.', `${EXPECTED} ["delete"]`),
    ),
  deny: rules
    .default([])
    .meta(about('The tools that no script may call, whatever else is allowed.', `${EXPECTED} ["data_*"]`)),
  maxCalls: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(100_000)
    .meta(about('Calls of tools in one run.', 'a whole number from 1 to 1000000000, such as 100000')),
  maxBytes: byteSize(KB, 1024 * GB)
    .prefault('1GB')
    .meta(
      about(
        'What goes into the tools and comes out of them in one run, as JSON.',
        'a size from 1KB to 1TB, such as "1GB"',
      ),
    ),
  maxTime: duration({ min: 0 })
    .prefault(0)
    .meta(
      about(
        'How long all calls of one run together may take; 0 for no limit. Time in which somebody is asked is not counted.',
        'a duration with its unit, up to 24h, such as "10m", or 0',
      ),
    ),
});
