import { readFileSync } from 'node:fs';
import { promptSave } from '../../../contract/tools/prompts.ts';
import { errnoOf, IrisError } from '../../../core/errors.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson } from '../../print.ts';

export interface PromptsSaveOptions {
  readonly label?: readonly string[];
  readonly tag?: readonly string[];
  readonly message?: string;
  readonly expect?: number;
  readonly chat?: boolean;
  readonly json?: boolean;
}

/** `iris prompts save`: a file or standard input as the next version of a prompt. */
export async function promptsSave(
  { name, file = '-' }: { readonly name: string; readonly file?: string | undefined },
  options: PromptsSaveOptions,
  context: CliContext,
): Promise<void> {
  const text = readText(file);
  const saved = await askTool(
    promptSave,
    {
      name,
      template: options.chat === true ? readMessages(text, file) : text,
      labels: options.label === undefined ? undefined : [...options.label],
      tags: options.tag === undefined ? undefined : [...options.tag],
      message: options.message,
      expectedVersion: options.expect,
    },
    context,
  );
  if (options.json === true) return printJson(saved);
  const place = `${saved.name}@${saved.version}`;
  process.stdout.write(saved.created ? `saved ${place}\n` : `${place} is the same: nothing to save\n`);
  for (const warning of saved.warnings) process.stderr.write(`iris: ${warning}\n`);
}

function readText(file: string): string {
  if (file === '-' && process.stdin.isTTY) {
    throw new IrisError('USAGE_INVALID', 'There is no text to save', {
      hint: 'Name a file, or pipe the text in: iris prompts save review < review.md',
    });
  }
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    const code = errnoOf(cause) === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IrisError(code, `Cannot read ${file === '-' ? 'standard input' : file}: ${reason}`, { cause });
  }
}

function readMessages(text: string, file: string): { readonly role: string; readonly content: string }[] {
  try {
    return promptSave.input.shape.template.options[1].parse(JSON.parse(text));
  } catch (cause) {
    throw new IrisError('FILE_UNREADABLE', `${file === '-' ? 'Standard input' : file} is no conversation`, {
      hint: 'With --chat it is JSON: [{"role":"system","content":"…"}]',
      cause,
    });
  }
}
