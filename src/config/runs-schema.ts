import { z } from 'zod';
import { about, byteSize, duration, GB } from './schema-values.ts';

const LONGEST_KEPT_MS = 3_650 * 86_400_000;

/** What stays of a run when it has ended. */
export const runsSchema = z.strictObject({
  maxOutputBytes: byteSize(0, GB)
    .prefault('2MB')
    .meta(
      about(
        'How much of its output is kept: half from the beginning, half from the end; 0 for none.',
        'a size up to 1GB, such as "2MB"',
      ),
    ),
  keep: z
    .int()
    .min(0)
    .max(100_000)
    .default(200)
    .meta(about('How many runs are kept; 0 for none.', 'a whole number from 0 to 100000, such as 200')),
  keepFor: duration({ min: 1, max: LONGEST_KEPT_MS })
    .prefault('30d')
    .meta(about('How long a run is kept.', 'a duration with its unit, such as "30d"')),
});
