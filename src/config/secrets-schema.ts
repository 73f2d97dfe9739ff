import { z } from 'zod';

/** What a secret of the user is for. */
export type SecretUse =
  | {
      readonly as: 'header';
      readonly hosts: readonly string[];
      readonly header: string;
      readonly format: string;
    }
  | { readonly as: 'env' };

/** What stands for the value in a format. */
export const VALUE_MARK = '{value}';

const DEFAULT_HEADER = 'Authorization';
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** A name of at least two labels, or `*.` before one: nothing as wide as `*.com`, and no address. */
const HOST = new RegExp(String.raw`^(?:\*\.)?(?:${LABEL}\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`);
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** What decides where a message goes and where it ends. */
const NOT_FOR_SECRETS =
  /^(?:host|connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/i;

const host = z.string().max(253).toLowerCase().regex(HOST);
const hosts = z.union([host.transform((name) => [name]), z.array(host).min(1).max(10)]);

const use = z.strictObject({
  hosts,
  header: z
    .string()
    .regex(HEADER)
    .refine((name) => !NOT_FOR_SECRETS.test(name))
    .default(DEFAULT_HEADER),
  format: z
    .string()
    .max(200)
    .regex(/^[\x20-\x7e]*$/)
    .refine((text) => text.split(VALUE_MARK).length === 2)
    .optional(),
  as: z.literal('header').optional(),
});

/** One entry of `secrets`: the hosts alone, or the whole of it. */
const secretUse = z.union([
  hosts.transform((names) => toHeader({ hosts: names, header: DEFAULT_HEADER })),
  use.transform(toHeader),
  z.strictObject({ as: z.literal('env') }).transform((): SecretUse => ({ as: 'env' })),
]);

export const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/);

/** Which variables of the user are secrets, and where they may be sent. */
export const secretsSchema = z.record(variableName, secretUse);

interface HeaderUse {
  readonly hosts: readonly string[];
  readonly header: string;
  readonly format?: string | undefined;
}

function toHeader({ hosts: names, header, format }: HeaderUse): SecretUse {
  const isBearer = header.toLowerCase() === DEFAULT_HEADER.toLowerCase();
  return {
    as: 'header',
    hosts: names,
    header,
    format: format ?? (isBearer ? `Bearer ${VALUE_MARK}` : VALUE_MARK),
  };
}
