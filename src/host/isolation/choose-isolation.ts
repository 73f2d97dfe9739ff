import { IrisError } from '../../core/errors.ts';
import { checkBubblewrap } from './namespaces/bubblewrap-features.ts';
import { bubblewrapRung } from './namespaces/bubblewrap-rung.ts';
import { removeLeftovers } from './cgroup/group-name.ts';
import { explainFailure } from './machine/explain-failure.ts';
import { readHostFacts } from './machine/host-facts.ts';
import { landlockRung } from './landlock/landlock-rung.ts';
import type { Isolation, ProbedRung, Rung } from './launch/launcher.ts';
import { readMachine, type Machine } from './machine/machine.ts';
import { missingPart, type MissingPart } from './machine/missing-parts.ts';
import { noIsolation } from './no-isolation.ts';
import { probeKey, readFinding, writeFinding, type Finding } from './probe/probe-cache.ts';
import { probeRung } from './probe/probe-rung.ts';
import type { RungLauncher } from './launch/rung.ts';
import { sandboxExecRung } from './sandbox-exec/sandbox-exec-rung.ts';
import { openSandboxUids } from './launch/sandbox-uids.ts';
import { demand, factsOf, satisfies, type RequiredIsolation } from './required-isolation.ts';
import { utilLinuxRung } from './namespaces/util-linux-rung.ts';

export interface ChooseIsolationOptions {
  readonly wanted: 'auto' | Rung;
  /** The least that is accepted. @default 'any' */
  readonly required?: RequiredIsolation | undefined;
  /** Where the result of the probe is kept between starts. */
  readonly cacheFile?: string | undefined;
  /** The Node binary that sandboxes run. @default process.execPath */
  readonly nodeFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface FailedRung extends MissingPart {
  readonly rung: ProbedRung;
}

/** Strongest first. */
function ladderOf(platform: string): readonly ProbedRung[] {
  return platform === 'darwin' ? ['sandbox-exec'] : ['bubblewrap', 'util-linux', 'landlock'];
}

/** Picks the strongest isolation that proves itself on this machine. Throws ISOLATION_UNAVAILABLE when none does. */
export async function chooseIsolation(options: ChooseIsolationOptions): Promise<Isolation> {
  const { wanted, required = 'any', cacheFile, nodeFile = process.execPath, signal } = options;
  if (wanted !== 'auto') demand(wanted, required);
  if (wanted === 'none') return noIsolation(nodeFile);
  const machine = await readMachine(nodeFile);
  // What a daemon that was killed has left behind.
  if (machine.cgroups !== undefined) await removeLeftovers(machine.cgroups).catch(() => undefined);
  const key = await probeKey(`${wanted} ${required}`, machine, await readHostFacts());
  const known = cacheFile === undefined ? undefined : await readFinding(cacheFile, key);
  if (known !== undefined) return toIsolation(known, machine);

  const ladder =
    wanted === 'auto' ? ladderOf(process.platform).filter((rung) => satisfies(rung, required)) : [wanted];
  if (ladder.length === 0) throw nothingSatisfies(required);
  const finding = await climb({ ladder, required }, machine, signal);
  if (cacheFile !== undefined) await writeFinding(cacheFile, key, finding);
  return toIsolation(finding, machine);
}

async function climb(
  { ladder, required }: { readonly ladder: readonly ProbedRung[]; readonly required: RequiredIsolation },
  machine: Machine,
  signal: AbortSignal | undefined,
): Promise<Finding> {
  const failed: FailedRung[] = [];
  for (const rung of ladder) {
    const result = await tryRung(rung, machine, signal);
    if (!('cause' in result)) return { ...result, rung, reason: reasonFor(rung, failed) };
    failed.push({ ...result, rung });
  }
  throw unavailable(failed, required);
}

async function tryRung(
  rung: ProbedRung,
  machine: Machine,
  signal: AbortSignal | undefined,
): Promise<Pick<Finding, 'canDisableUserns'> | MissingPart> {
  const missing = missingPart(rung, machine, process.platform);
  if (missing !== undefined) return missing;
  try {
    const features = await featuresOf(rung, machine, signal);
    if ('cause' in features) return features;
    const launcher = toLauncher({ rung, reason: '', ...features }, machine);
    const result = await probeRung(launcher, signal);
    if (result.type === 'works') return features;
    // The settings that forbid namespaces do not matter to the rungs that need none.
    if (rung === 'landlock' || rung === 'sandbox-exec') return { cause: result.cause };
    return explainFailure(result.cause, await readHostFacts());
  } catch (error) {
    signal?.throwIfAborted();
    const remedy = error instanceof IrisError ? error.hint : undefined;
    return { cause: error instanceof Error ? error.message : String(error), remedy };
  }
}

async function featuresOf(
  rung: ProbedRung,
  machine: Machine,
  signal: AbortSignal | undefined,
): Promise<Pick<Finding, 'canDisableUserns'> | MissingPart> {
  if (rung !== 'bubblewrap' || machine.tools.bwrap === undefined) return { canDisableUserns: true };
  const check = await checkBubblewrap(machine.tools.bwrap.path, signal);
  if (check.type === 'usable') return check.features;
  return {
    cause: `bwrap is too old: it lacks ${check.missing.join(', ')}`,
    remedy: 'install bubblewrap 0.7 or later',
  };
}

function toIsolation(finding: Finding, machine: Machine): Isolation {
  const launcher = toLauncher(finding, machine);
  return {
    rung: launcher.rung,
    weaknesses: launcher.weaknesses,
    reason: finding.reason,
    facts: factsOf(launcher.rung, machine.cgroups !== undefined),
    keepsHome: launcher.rung === 'bubblewrap' || launcher.rung === 'util-linux',
    launch: (request) => launcher.launch(request),
  };
}

function toLauncher({ rung, canDisableUserns }: Finding, machine: Machine): RungLauncher {
  const uids = openSandboxUids();
  if (rung === 'sandbox-exec') return sandboxExecRung(machine);
  if (rung === 'bubblewrap') return bubblewrapRung(machine, { canDisableUserns }, uids);
  if (machine.numbers === undefined)
    throw new IrisError('INTERNAL', `No system call numbers for ${process.arch}`);
  if (rung === 'landlock') return landlockRung(machine, machine.numbers, uids);
  return utilLinuxRung(machine, machine.numbers, uids);
}

function nothingSatisfies(required: string): IrisError {
  return new IrisError('ISOLATION_UNAVAILABLE', `Nothing on this system isolates as much as "${required}"`, {
    hint: "Set E2B_API_KEY to use E2B's sandboxes, or lower --require-isolation.",
  });
}

function reasonFor(rung: ProbedRung, failed: readonly FailedRung[]): string {
  const passed = `${rung} passed its probe on this machine`;
  if (failed.length === 0) return `${passed}.`;
  return `${passed}; ${describeFailures(failed)}.`;
}

function unavailable(failed: readonly FailedRung[], required: RequiredIsolation): IrisError {
  const measure = required === 'any' ? '' : ` that is as much as "${required}"`;
  const remedies = new Set(failed.flatMap(({ remedy }) => remedy ?? []));
  return new IrisError(
    'ISOLATION_UNAVAILABLE',
    `No isolation${measure} works on this machine: ${describeFailures(failed)}`,
    {
      hint: [
        ...remedies,
        "or set E2B_API_KEY to use E2B's sandboxes",
        required === 'any'
          ? 'or run without isolation: --isolation none'
          : 'or accept less: --require-isolation any',
      ].join('; '),
      details: { rungs: failed.map(({ rung, cause }) => ({ rung, cause })) },
    },
  );
}

function describeFailures(failed: readonly FailedRung[]): string {
  const causes = new Set(failed.map(({ cause }) => cause));
  // Off Linux each rung fails for the one same reason.
  if (causes.size === 1 && failed.length > 1) return [...causes].join();
  return failed.map(({ rung, cause }) => `${rung}: ${cause}`).join('; ');
}
