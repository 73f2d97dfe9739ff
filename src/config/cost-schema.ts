import { z } from 'zod';
import { about, byteSize, GB, MB, usd } from './schema-values.ts';

/**
 * What E2B asks for, and what runs may come to. The prices are those of https://e2b.dev/docs/faq/calculate-sandbox-price
 * on 2026-11-22: per second while a sandbox runs, for what it was given and not for what it uses.
 */
export const costSchema = z.strictObject({
  maxPerRun: usd()
    .optional()
    .meta(
      about(
        'What one run in the cloud may come to, by estimate: its price per second times its time limit. A run that could cost more is refused, or gets less time if none was asked for.',
        'an amount of dollars, such as 0.50',
      ),
    ),
  maxPerMonth: usd()
    .optional()
    .meta(
      about(
        'What the sandboxes that this iris makes in the cloud may come to in one month of UTC, by estimate. A run that could exceed it is refused.',
        'an amount of dollars, such as 20',
      ),
    ),
  perVcpuSecond: usd()
    .prefault('0.000014')
    .meta(about('Dollars for one vCPU and one second.', 'an amount of dollars, such as 0.000014')),
  perGibSecond: usd()
    .prefault('0.0000045')
    .meta(about('Dollars for one GiB of memory and one second.', 'an amount of dollars, such as 0.0000045')),
  vcpus: z
    .int()
    .min(1)
    .max(1024)
    .default(2)
    .meta(
      about('The vCPUs of your template, until E2B tells them.', 'a whole number from 1 to 1024, such as 2'),
    ),
  memory: byteSize(MB, 1024 * GB)
    .prefault('1GB')
    .meta(about('The memory of your template, until E2B tells it.', 'a size from 1MB to 1TB, such as "1GB"')),
});
