import { callerContext } from '../../contract/caller-context.ts';
import type { ConfigRow } from '../../contract/daemon-wire.ts';
import { askDaemon } from '../ask-daemon.ts';
import type { CliContext } from '../context.ts';
import { printJson } from '../terminal/print.ts';
import { renderFacts } from '../render/facts.ts';
import { renderTable } from '../render/table.ts';
import { openScreen } from '../terminal/screen.ts';

interface ConfigFlags {
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** `iris config list`. */
export async function configList({ explain, json }: ConfigFlags, context: CliContext): Promise<void> {
  const rows = await listRows(context);
  if (json === true) return printJson(rows);
  const value = { title: 'VALUE', isCut: true };
  const head = explain === true ? ['KEY', value, { title: 'FROM', isCut: true }] : ['KEY', value];
  const table = rows.map((row) => {
    const cells = [row.key, toText(row.value)];
    return explain === true ? [...cells, row.origin] : cells;
  });
  process.stdout.write(renderTable(head, table, openScreen()));
}

/** `iris config get`. */
export async function configGet(
  key: string,
  { explain, json }: ConfigFlags,
  context: CliContext,
): Promise<void> {
  const rows = await listRows(context);
  const row = rows.find((one) => one.key === key);
  if (row === undefined) throw (await import('../../config/typed-value.ts')).unknownKey(key);
  if (json === true) return printJson(row);
  if (explain !== true) {
    process.stdout.write(`${toText(row.value)}\n`);
    return;
  }
  const facts = [
    ['key', row.key],
    ['value', toText(row.value)],
    ['from', row.origin],
    ['means', row.text],
    ['takes', row.expected],
    ['variable', row.variable],
  ] as const;
  process.stdout.write(renderFacts(facts, openScreen()));
}

async function listRows(context: CliContext): Promise<readonly ConfigRow[]> {
  return await askDaemon('config.list', callerContext(process.env, process.cwd()), context.distDir);
}

/** A text as it is, everything else as JSON; nothing where a key is unset. */
function toText(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
