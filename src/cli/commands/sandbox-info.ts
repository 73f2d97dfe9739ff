import type { SandboxDetails } from '../../contract/sandbox-wire.ts';
import { formatByteSize } from '../../core/byte-size.ts';
import { formatEstimate } from '../../core/money.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { printJson } from '../terminal/print.ts';
import { formatAge } from '../render/age.ts';

/** `iris sandbox info`: one sandbox, with what its limits hold for. */
export async function sandboxInfo(
  target: string,
  options: { readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const params = { ...callerContext(process.env, process.cwd()), target };
  const details = await askDaemon('sandbox.info', params, context.distDir);
  if (options.json === true) printJson(details);
  else process.stdout.write(render(details));
}

function render(details: SandboxDetails): string {
  const { memoryBytes, provider, state, run, version } = details;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['id', details.id],
    ['name', details.name],
    ['provider', provider],
    ['project', details.project],
    ['state', state],
    ['isolation', details.isolation],
    ['network', details.network],
    ['secrets', details.secrets],
    ['volumes', details.volumes.length === 0 ? undefined : details.volumes.join(', ')],
    ['template', details.template],
    ['age', formatAge(details.ageMs)],
    ['time left', state === 'running' ? formatAge(details.timeLeftMs) : undefined],
    ['at its end', details.onTimeout],
    ['cost', provider === 'e2b' ? `${formatEstimate(details.costEstimateUsd)}, estimate` : undefined],
    ['memory', memoryBytes === undefined ? 'unknown' : formatByteSize(memoryBytes)],
    ['memory limit', details.memoryLimit],
    ['disk limit', details.diskLimit],
    ['made for', run],
    ['made by', version === undefined ? undefined : `iris ${version}`],
  ];
  return lines
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key.padEnd(13)} ${value}\n`]))
    .join('');
}
