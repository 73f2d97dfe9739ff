import { z } from 'zod';
import { about, byteSize, duration, GB, KB } from './schema-values.ts';

/** What the calls of one run may come to. */
export const toolsSchema = z.strictObject({
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
