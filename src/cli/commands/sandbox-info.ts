import type { SandboxRow } from '../../contract/daemon-wire.ts';
import { formatByteSize } from '../../core/byte-size.ts';
import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../caller-context.ts';
import type { CliContext } from '../context.ts';
import { formatAge } from '../render/age.ts';

/** `iris sandbox info`: one sandbox, with what its limits hold for. */
export async function sandboxInfo(
  target: string,
  options: { readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const caller = callerContext(process.env, process.cwd());
  const rows = await askDaemon('sandbox.list', caller, context.distDir);
  const row = find(rows, target, caller.cwd);
  process.stdout.write(options.json === true ? `${JSON.stringify(row, undefined, 2)}\n` : render(row));
}

/** By id, or by name: that of the project here comes before the same name elsewhere. */
function find(rows: readonly SandboxRow[], target: string, cwd: string): SandboxRow {
  const named = rows.filter(({ name }) => name === target);
  const here = named.filter(({ project }) => cwd === project || cwd.startsWith(`${project}/`));
  const found =
    rows.find(({ id }) => id === target) ?? here[0] ?? (named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return found;
  const near = suggest(
    target,
    rows.flatMap(({ id, name }) => [id, name]),
  );
  throw new IrisError(
    'SANDBOX_NOT_FOUND',
    named.length > 1 ? `${named.length} projects have a sandbox ${target}` : `There is no sandbox ${target}`,
    {
      hint:
        near === undefined || named.length > 1 ? 'Take an id of: iris sandbox ls' : `Did you mean ${near}?`,
    },
  );
}

function render(row: SandboxRow): string {
  const memory = row.memoryBytes === undefined ? 'unknown' : formatByteSize(row.memoryBytes);
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['id', row.id],
    ['name', row.name],
    ['provider', row.provider],
    ['project', row.project],
    ['state', row.state],
    ['isolation', row.isolation],
    ['age', formatAge(row.ageMs)],
    ['time left', formatAge(row.timeLeftMs)],
    ['memory', memory],
    ['memory limit', row.memoryLimit],
    ['disk limit', row.diskLimit],
  ];
  return lines
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key.padEnd(13)} ${value}\n`]))
    .join('');
}
