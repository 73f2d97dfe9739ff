import { homedir } from 'node:os';
import type { Scope } from '../../../contract/mcp/client-files.ts';
import type { Machine } from '../../../contract/mcp/client-places.ts';
import { IrisError } from '../../../core/errors.ts';
import { never } from '../../../core/never.ts';
import type { CliContext } from '../../context.ts';
import { changeClient, findClients, type Change } from '../../mcp-install/install.ts';
import { clientOf, KNOWN_CLIENTS } from '../../mcp-install/known-clients.ts';
import { launchOf, type ServeChoice } from '../../mcp-install/launch.ts';
import type { McpClient } from '../../mcp-install/mcp-client.ts';
import { renderChange } from '../../mcp-install/render-change.ts';
import { renderTable } from '../../render/table.ts';

export interface McpInstallOptions extends ServeChoice {
  readonly scope?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `iris mcp install`: tells a client of the server; without a client, which ones are here. */
export async function mcpInstall(
  id: string | undefined,
  options: McpInstallOptions,
  context: CliContext,
): Promise<void> {
  if (id === undefined) return await listClients(options.json === true);
  const { execPath: node, platform } = process;
  const launch = launchOf({ distDir: context.distDir, node, platform }, options);
  const client = clientOf(id);
  tell(client, await change(client, options, launch), { ...options, done: 'Installed in' });
}

/** `iris mcp uninstall`: takes the server out of a client's settings. */
export async function mcpUninstall(id: string, options: McpInstallOptions): Promise<void> {
  const client = clientOf(id);
  tell(client, await change(client, options, undefined), { ...options, done: 'Removed from' });
}

function change(
  client: McpClient,
  { scope, dryRun }: McpInstallOptions,
  launch: ReturnType<typeof launchOf> | undefined,
): Promise<Change> {
  return changeClient({ client, scope: toScope(scope), launch, isDryRun: dryRun === true }, thisMachine());
}

async function listClients(isJson: boolean): Promise<void> {
  const found = await findClients(KNOWN_CLIENTS, thisMachine());
  const rows = found.map(({ client: { id, name }, state, file }) => ({ id, name, state, file }));
  if (isJson) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  else if (rows.length === 0)
    process.stderr.write(
      `iris: none of the MCP clients that iris knows is here\n  It knows: ${KNOWN_CLIENTS.map(({ id }) => id).join(', ')}\n`,
    );
  else {
    const cells = rows.map(({ id, name, state, file }) => [id, name, state, file]);
    process.stdout.write(renderTable(['CLIENT', 'NAME', 'STATE', 'FILE'], cells));
    process.stderr.write('iris: install with: iris mcp install <client>\n');
  }
}

interface Telling {
  readonly done: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

function tell({ id, name }: McpClient, made: Change, { done, dryRun, json }: Telling): void {
  if (json === true) {
    const shown = made.type === 'file' ? { ...made, before: undefined, after: undefined } : made;
    process.stdout.write(`${JSON.stringify({ client: id, ...shown, dryRun: dryRun === true })}\n`);
    return;
  }
  switch (made.type) {
    case 'unchanged':
      process.stderr.write(`iris: nothing to change in ${made.file}\n`);
      return;
    case 'command':
      process.stdout.write(
        `${dryRun === true ? 'Would run' : `${done} ${name} by`}: ${made.words.join(' ')}\n`,
      );
      return;
    case 'file':
      if (dryRun === true) process.stdout.write(renderChange(made.file, made.before, made.after));
      else process.stdout.write(`${done} ${name}: ${made.file}\n`);
      break;
    default:
      never(made);
  }
  if (made.backup !== undefined) process.stderr.write(`iris: as it was before: ${made.backup}\n`);
}

function toScope(word = 'user'): Scope {
  if (word === 'user' || word === 'project') return word;
  throw new IrisError('USAGE_INVALID', `--scope ${word} is none`, { hint: 'Give user or project.' });
}

function thisMachine(): Machine {
  const { env, platform } = process;
  return { env, platform, home: env['HOME'] || homedir(), cwd: process.cwd() };
}
