import { mkdirSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { buildProgram } from '../src/cli/program.ts';
import { commandFacts } from '../src/cli/command-facts.ts';
import { renderMan } from './render-man.ts';
import { sourceDigest } from './source-digest.ts';

// Help pages are rendered once, here: printing a file is three times faster than loading commander.
const WIDTH = 80;
const folder = 'dist/help';

mkdirSync(folder, { recursive: true });
const program = buildProgram({ distDir: 'dist', words: [], exitCode: 0 });
render(program, ['iris']);
mkdirSync('dist/man', { recursive: true });
writeFileSync('dist/man/iris.1', renderMan(commandFacts(program)));
// Written last: it says that the build is whole, and of which sources.
writeFileSync('dist/build.txt', sourceDigest());

function render(command: Command, path: readonly string[]): void {
  let page = '';
  command.configureOutput({ writeOut: (text) => (page += text), getOutHelpWidth: () => WIDTH });
  command.outputHelp();
  writeFileSync(`${folder}/${path.join('-')}.txt`, page);
  for (const child of command.commands) render(child, [...path, child.name()]);
}
