import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** Adds `iris doctor`. */
export function addDoctor(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('Check that runs will work here, and say what to do where they will not.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { doctor } = await import('../commands/doctor.ts');
      await doctor(options, context);
    });
}
