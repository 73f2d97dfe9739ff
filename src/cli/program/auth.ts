import type { Command } from 'commander';
import type { LoginFlags } from '../commands/auth.ts';
import type { CliContext } from '../context.ts';

interface StatusFlags {
  readonly database?: boolean;
  readonly supabase?: boolean;
  readonly verify?: boolean;
  readonly json?: boolean;
}

/** Adds `iris auth`. */
export function addAuth(program: Command, context: CliContext): void {
  const auth = program.command('auth').description('Keep keys, so that no variable has to hold them.');
  choosing(auth.command('login').description('Keep the API key of E2B, in the keychain where there is one.'))
    .option('--stdin', 'read the key from standard input, as without a terminal')
    .option('--file', 'keep it in a file that only you can read, not in the keychain')
    .option('--no-verify', 'keep it without asking E2B whether it works')
    .option('--json', 'print JSON')
    // What commander says of a word that it does not know has the word in it.
    .allowExcessArguments()
    .allowUnknownOption()
    .action(async (options: LoginFlags) => {
      const { authLogin } = await import('../commands/auth.ts');
      await authLogin(options, context);
    });
  choosing(auth.command('logout').description('Forget a key that was kept.'))
    .option('--json', 'print JSON')
    .action(async (options: StatusFlags) => {
      const { authLogout } = await import('../commands/auth.ts');
      await authLogout(options);
    });
  choosing(auth.command('status').description('Tell where the key comes from; exit 1 where there is none.'))
    .option('--verify', 'ask E2B whether the key works')
    .option('--json', 'print JSON')
    .action(async (options: StatusFlags) => {
      const { authStatus } = await import('../commands/auth.ts');
      await authStatus(options, context);
    });
}

function choosing(command: Command): Command {
  return command
    .option('--database', 'DATABASE_URL instead: the address of a Postgres, with its password')
    .option('--supabase', 'the secret key of the Supabase at SUPABASE_URL instead');
}
