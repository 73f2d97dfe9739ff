import { join, resolve } from 'node:path';
import { canAsk } from '../terminal/can-ask.ts';
import type { CliContext } from '../context.ts';
import { makeChoices, type InitChoices, type InitOptions, type Questions } from '../init/choices.ts';
import { installPackages } from '../init/install-packages.ts';
import { nextCommands } from '../init/next-commands.ts';
import { TEMPLATES } from '../init/templates.ts';
import { writeProject } from '../init/write-project.ts';
import { printJson } from '../terminal/print.ts';
import { renderTable } from '../render/table.ts';
import { openScreen } from '../terminal/screen.ts';

/** `iris init`: makes a project from a template. */
export async function init(
  dirWord: string | undefined,
  options: InitOptions,
  context: CliContext,
): Promise<void> {
  if (options.list === true) return list(options);
  const cwd = process.cwd();
  const choices = await makeChoices(dirWord, options, {
    cwd,
    env: process.env,
    questions: await questionsFor(options, cwd),
  });
  const { dir, name, packageManager, template, installs, shownDir } = choices;
  const templateDir = join(context.distDir, '..', 'templates', template.name);
  const files = await writeProject({ dir, templateDir, name });
  if (options.json !== true) process.stdout.write(`Made ${shownDir} from the template ${template.name}.\n`);
  const failure = installs ? await installPackages(packageManager, dir) : undefined;
  if (failure !== undefined)
    process.stderr.write(`iris: ${packageManager} could not install the packages: ${failure}\n`);
  const isInstalled = installs && failure === undefined;
  const commands = nextCommands(choices, { isInstalled, env: process.env });
  if (options.json === true) return printJson(toJson(choices, { files, isInstalled, commands }));
  process.stdout.write(`\nNext:\n${commands.map((line) => `  ${line}\n`).join('')}`);
}

async function questionsFor(options: InitOptions, cwd: string): Promise<Questions | undefined> {
  if (options.yes === true || !canAsk(options, process.env)) return undefined;
  const { openQuestions } = await import('../init/questions.ts');
  return openQuestions((word) => resolve(cwd, word));
}

function list({ json }: InitOptions): void {
  if (json === true) return printJson(TEMPLATES.map(({ name, text }) => ({ name, text })));
  const rows = TEMPLATES.map(({ name, text }) => [name, text]);
  process.stdout.write(
    renderTable(['TEMPLATE', { title: 'WHAT IT SHOWS', isCut: true }], rows, openScreen()),
  );
}

function toJson(
  { dir, template, name, packageManager }: InitChoices,
  done: {
    readonly files: readonly string[];
    readonly isInstalled: boolean;
    readonly commands: readonly string[];
  },
): unknown {
  const { files, isInstalled, commands } = done;
  return { dir, template: template.name, name, packageManager, files, isInstalled, next: commands };
}
