import { Ajv, type ErrorObject, type Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { IrisError } from '../../core/errors.ts';
import { runCapped } from '../../core/run-capped.ts';

export type JsonSchema = boolean | Readonly<Record<string, unknown>>;

const CAP_MS = 1000;
const MAX_ERRORS = 3;
const OPTIONS = { strict: false, allErrors: false, logger: false, validateSchema: true } satisfies Options;

/** What of a value breaks a JSON Schema (draft 2020-12, or draft-07 where it says so); undefined where nothing does. */
export function schemaBreach(schema: JsonSchema, value: unknown): string | undefined {
  const run = runCapped(() => firstErrors(schema, value), CAP_MS);
  return run.type === 'finished' ? run.value : `could not be checked within ${CAP_MS} ms`;
}

function firstErrors(schema: JsonSchema, value: unknown): string | undefined {
  // One for each schema: an $id of a stranger must not stay.
  const ajv = isDraft07(schema) ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  formats.default(ajv);
  let isValid: boolean;
  let errors: readonly ErrorObject[] | null | undefined;
  try {
    const validate = ajv.compile(schema);
    isValid = validate(value);
    errors = validate.errors;
  } catch (error) {
    throw new IrisError(
      'IRIS_INVALID_ARGUMENT',
      `The JSON Schema is not valid: ${error instanceof Error ? error.message : String(error)}`,
      { hint: 'Write draft 2020-12, without $ref to other documents.', cause: error },
    );
  }
  if (isValid) return undefined;
  return (errors ?? [])
    .slice(0, MAX_ERRORS)
    .map(({ instancePath, message }) => `${instancePath === '' ? 'the value' : instancePath} ${message}`)
    .join('; ');
}

function isDraft07(schema: JsonSchema): boolean {
  return typeof schema === 'object' && /draft-07/.test(String(schema['$schema']));
}
