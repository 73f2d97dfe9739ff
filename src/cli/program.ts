import { Command, Option } from 'commander';
import { VERSION } from '../core/version.ts';
import type { HostOptions } from './commands/host.ts';
import type { CliContext } from './context.ts';
import type { RunCommandOptions } from './parse-run.ts';
import { RUN_OPTIONS, type RunOption } from './run-options.ts';

/** The whole command line as commander sees it; each action loads its work on demand. */
export function buildProgram(context: CliContext): Command {
  const program = new Command('iris')
    .description('Run TypeScript in an isolated sandbox.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    // main() prints what is wrong, in the form that was asked for.
    .configureOutput({ outputError: () => undefined });
  addRun(program, context);
  addSandbox(program, context);
  addDaemon(program, context);
  addHost(program, context);
  addTools(program, context);
  addDb(program, context);
  addDoctor(program, context);
  return program;
}

function addRun(program: Command, context: CliContext): void {
  const run = program
    .command('run')
    .description('Run a TypeScript file in a sandbox and stream its output.')
    .argument('<script>', 'the file to run; what it imports goes along')
    .argument('[args...]', 'arguments of the script')
    .passThroughOptions()
    .action(async (script: string, args: string[], options: RunCommandOptions) => {
      const { runCommand } = await import('./commands/run.ts');
      context.exitCode = await runCommand({ script, args, options }, context);
    });
  for (const option of RUN_OPTIONS) run.addOption(toOption(option));
  run.addHelpText(
    'after',
    '\nEverything after <script> belongs to the script. Its exit code is the exit code of iris.\n',
  );
}

function toOption(option: RunOption): Option {
  const made = new Option(option.flags, option.text);
  if (option.kind === 'list') {
    made.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  }
  return made;
}

function addSandbox(program: Command, context: CliContext): void {
  const sandbox = program.command('sandbox').description('List and close sandboxes.');
  sandbox
    .command('ls')
    .alias('list')
    .description('List the live sandboxes.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { sandboxLs } = await import('./commands/sandbox-ls.ts');
      await sandboxLs(options, context);
    });
  sandbox
    .command('info')
    .description('Show one sandbox, with what its limits hold for.')
    .argument('<id|name>', 'an id, or a name in this project')
    .option('--json', 'print JSON')
    .action(async (target: string, options: { json?: boolean }) => {
      const { sandboxInfo } = await import('./commands/sandbox-info.ts');
      await sandboxInfo(target, options, context);
    });
  sandbox
    .command('close')
    .description('Close sandboxes; what is gone already is no error.')
    .argument('[id|name...]', 'ids, or names in this project')
    .option('--all', 'close every sandbox')
    .option('--json', 'print JSON')
    .action(async (targets: string[], options: { all?: boolean; json?: boolean }) => {
      const { sandboxClose } = await import('./commands/sandbox-close.ts');
      await sandboxClose(targets, options, context);
    });
}

function addDaemon(program: Command, context: CliContext): void {
  const daemon = program
    .command('daemon')
    .description('Look at the background process that keeps runs fast.');
  daemon
    .command('status')
    .description('Tell whether the daemon runs, and what it holds.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { daemonStatus } = await import('./commands/daemon.ts');
      await daemonStatus(options, context);
    });
  daemon
    .command('stop')
    .description('Stop the daemon and close the sandboxes on this machine.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { daemonStop } = await import('./commands/daemon.ts');
      await daemonStop(options);
    });
  daemon
    .command('logs')
    .description("Print the daemon's log.")
    .option('-f, --follow', 'go on printing what is added')
    .action(async (options: { follow?: boolean }) => {
      const { daemonLogs } = await import('./commands/daemon-logs.ts');
      await daemonLogs(options);
    });
}

function addHost(program: Command, context: CliContext): void {
  const host = program
    .command('host')
    .description("Serve E2B's protocol on this machine, for any program written for E2B.")
    .option('--port <port>', 'the port on loopback (default: any free one)')
    .option('--isolation <rung>', 'how to wall the sandboxes, as for iris run')
    .option('--net', 'let sandboxes reach the internet unless they are created without it')
    .option('--json', 'print the variables as JSON')
    .option('-v, --verbose', 'log what happens on stderr')
    .action(async (options: HostOptions) => {
      const { serve } = await import('./commands/host.ts');
      await serve(options, context);
    });
  host
    .command('env')
    .description('Print the variables that lead to the host that serves now, for eval.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { hostEnv } = await import('./commands/host.ts');
      await hostEnv(options);
    });
}

function addTools(program: Command, context: CliContext): void {
  const tools = program
    .command('tools')
    .description('List and call the tools that scripts and agents use, on the data of this project.');
  tools
    .command('ls')
    .alias('list')
    .description('List the tools.')
    .option('--json', 'print JSON, with the schemas of what each takes and answers')
    .action(async (options: { json?: boolean }) => {
      const { toolsLs } = await import('./commands/tools-ls.ts');
      await toolsLs(options, context);
    });
  tools
    .command('call')
    .description('Call one tool and print its answer as JSON.')
    .argument('<name>', 'a name of: iris tools ls')
    .option('-i, --input <json>', 'what it takes, as JSON; - reads it from standard input')
    .option('--json', 'print the answer on one line')
    .action(async (name: string, options: { input?: string; json?: boolean }) => {
      const { toolsCall } = await import('./commands/tools-call.ts');
      await toolsCall(name, options, context);
    });
}

function addDb(program: Command, context: CliContext): void {
  const db = program.command('db').description('Look after the database that the tools keep their data in.');
  db.command('status')
    .description('Tell which database it is, and what of iris is in it.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { dbStatus } = await import('./commands/db.ts');
      await dbStatus(options, context);
    });
  db.command('migrate')
    .description('Bring its schema up to date.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { dbMigrate } = await import('./commands/db.ts');
      await dbMigrate(options, context);
    });
  db.command('export')
    .description("Write this project's data as lines of JSON.")
    .argument('[file]', 'where to; standard output without it')
    .action(async (file: string | undefined) => {
      const { dbExport } = await import('./commands/db.ts');
      await dbExport(file, context);
    });
  db.command('import')
    .description('Read what export wrote, of whatever database; what is there stays as it is.')
    .argument('[file]', 'where from; standard input without it')
    .action(async (file: string | undefined) => {
      const { dbImport } = await import('./commands/db.ts');
      await dbImport(file, context);
    });
  db.command('init')
    .description('Copy the migrations of iris into a Supabase project.')
    .argument('<kind>', 'supabase')
    .argument('[dir]', 'the project', '.')
    .option('--json', 'print JSON')
    .action(async (kind: string, dir: string, options: { json?: boolean }) => {
      const { dbInit } = await import('./commands/db-init.ts');
      await dbInit(kind, dir, options, context);
    });
}

function addDoctor(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('Check that runs will work here, and say what to do where they will not.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { doctor } = await import('./commands/doctor.ts');
      await doctor(options, context);
    });
}
