import { promptSave } from '../../../contract/tools/prompts.ts';
import { IrisError } from '../../../core/errors.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson } from '../../terminal/print.ts';
import { readText } from '../../terminal/read-text.ts';

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
  const text = await readText(file, 'Name a file, or pipe the text in: iris prompts save review < review.md');
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
