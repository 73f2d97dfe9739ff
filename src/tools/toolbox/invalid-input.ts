import { z } from 'zod';
import type { ToolContract } from '../../contract/tools/contract.ts';
import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';

const MAX_ISSUES = 5;

/** What of a contract is needed to tell what it takes. */
type CheckedContract = Pick<ToolContract, 'name' | 'input' | 'example'>;

/** Tells whether a contract did not let its input in. */
export function isInvalidInput(error: unknown): error is z.ZodError {
  return error instanceof z.ZodError;
}

/** Says where the input of a tool is wrong, and what it takes. */
export function invalidInput(contract: CheckedContract, error: z.ZodError): IrisError {
  const parameters = parametersOf(contract);
  const issues = error.issues.slice(0, MAX_ISSUES).map((issue) => describe(issue, parameters));
  return new IrisError('IRIS_INVALID_ARGUMENT', `${contract.name}: ${issues.join('; ')}`, {
    hint: `It takes ${parameters.join(', ') || 'nothing'}. For example: ${JSON.stringify(contract.example)}`,
    details: { issues, parameters },
  });
}

function describe(issue: z.core.$ZodIssue, parameters: readonly string[]): string {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    return issue.keys
      .map((key) => {
        const near = suggest(key, [...parameters]);
        return `unknown parameter ${key}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
      })
      .join(', ');
  }
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}

function parametersOf({ input }: CheckedContract): readonly string[] {
  return input instanceof z.ZodObject ? Object.keys(input.shape) : [];
}
