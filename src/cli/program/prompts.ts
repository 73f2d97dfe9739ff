import type { Command } from 'commander';
import type { PromptsGetOptions } from '../commands/prompts/get.ts';
import type { PromptsLabelOptions } from '../commands/prompts/label.ts';
import type { PromptsLsOptions } from '../commands/prompts/ls.ts';
import type { PromptsSaveOptions } from '../commands/prompts/save.ts';
import type { CliContext } from '../context.ts';
import { addListOptions, toList, toWhole } from './list-options.ts';

/** Adds `iris prompts`. */
export function addPrompts(program: Command, context: CliContext): void {
  const prompts = program.command('prompts').description('Keep prompts in versions, with labels to them.');
  addReaders(prompts, context);
  addWriters(prompts, context);
}

function addReaders(prompts: Command, context: CliContext): void {
  const ls = prompts
    .command('ls')
    .alias('list')
    .description('List the prompts, or the versions of one.')
    .argument('[name]', 'a prompt, for its versions')
    .option('--prefix <text>', 'those whose names begin so')
    .option('--tag <tag>', 'those with this tag')
    .option('--label <label>', 'those with this label');
  addListOptions(ls).action(async (name: string | undefined, options: PromptsLsOptions) => {
    const { promptsLs } = await import('../commands/prompts/ls.ts');
    await promptsLs(name, options, context);
  });
  prompts
    .command('get')
    .description('Print a prompt as it is, or filled in.')
    .argument('<name[@place]>', 'review, review@3 or review@production; alone: production, else the newest')
    .option('--var <name=value>', 'fill in a variable; may be given again', toList)
    .option('--json', 'print JSON, with all that is known of it')
    .action(async (place: string, options: PromptsGetOptions) => {
      const { promptsGet } = await import('../commands/prompts/get.ts');
      await promptsGet(place, options, context);
    });
  prompts
    .command('diff')
    .description('Show what changed between two versions.')
    .argument('<name>', 'a prompt')
    .argument('<from>', 'a version or a label')
    .argument('[to]', 'the same (default: latest)')
    .option('--json', 'print JSON')
    .action(async (name: string, from: string, to: string | undefined, options: { json?: boolean }) => {
      const { promptsDiff } = await import('../commands/prompts/diff.ts');
      await promptsDiff({ name, from, to }, options, context);
    });
}

function addWriters(prompts: Command, context: CliContext): void {
  prompts
    .command('save')
    .description('Save a text as the next version of a prompt.')
    .argument('<name>', 'a prompt, new or not')
    .argument('[file]', 'the text; standard input without it, or with -')
    .option('--label <label>', 'point this label to it; may be given again', toList)
    .option('--tag <tag>', 'give it this tag; may be given again', toList)
    .option('-m, --message <text>', 'why it was changed')
    .option('--expect <version>', 'fail unless this is the newest version; 0 is none', toWhole)
    .option('--chat', 'the text is a conversation as JSON')
    .option('--json', 'print JSON')
    .action(async (name: string, file: string | undefined, options: PromptsSaveOptions) => {
      const { promptsSave } = await import('../commands/prompts/save.ts');
      await promptsSave({ name, file }, options, context);
    });
  prompts
    .command('label')
    .description('Point a label to a version; that is also how a prompt is rolled back.')
    .argument('<name@place>', 'review@3, review@staging or review@latest')
    .argument('<label>', 'such as production')
    .option('--remove', 'take the label away instead')
    .option('--reason <text>', 'why, for the log of the labels')
    .option('--json', 'print JSON')
    .action(async (prompt: string, label: string, options: PromptsLabelOptions) => {
      const { promptsLabel } = await import('../commands/prompts/label.ts');
      await promptsLabel({ prompt, label }, options, context);
    });
}
