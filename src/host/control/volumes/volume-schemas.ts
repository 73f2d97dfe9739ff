import { z } from 'zod';

export const newVolumeBody = z.object({ name: z.string() });

const id = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 2);
const mode = z.coerce.number().int().min(0).max(0o7777);

export const attributes = z.object({ uid: id.optional(), gid: id.optional(), mode: mode.optional() });

export const pathQuery = z.object({ path: z.string().min(1) });

export const listDirQuery = pathQuery.extend({ depth: z.coerce.number().int().min(1).max(32).default(1) });

export const writeQuery = pathQuery.extend({
  ...attributes.shape,
  force: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});
