import { readFileSync } from 'node:fs';
import { IrisError } from '../../core/errors.ts';
import { callTool } from '../call-tool.ts';
import type { CliContext } from '../context.ts';

/** `iris tools call`: one call, its answer as JSON. */
export async function toolsCall(
  name: string,
  options: { readonly input?: string; readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const answer = await callTool(name, readInput(options.input), context);
  process.stdout.write(`${JSON.stringify(answer, undefined, options.json === true ? undefined : 2)}\n`);
}

function readInput(word: string | undefined): unknown {
  if (word === undefined) return {};
  const text = word === '-' ? readFileSync(0, 'utf8') : word;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IrisError('USAGE_INVALID', `--input is not JSON: ${reason}`, {
      hint: `Quote it for the shell: --input '{"agentId":"a1"}', or pipe it in: --input -`,
      cause,
    });
  }
}
