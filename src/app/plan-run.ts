import type { RunParams } from '../contract/daemon-wire.ts';
import type { RunPlan, ToolPlan } from '../contract/run-plan.ts';
import type { RunPolicy } from './run-policy.ts';
import type { SettledRun } from './settle-run.ts';

/** What a settled run would do, for people and programs. Throws what cannot be bundled, read or listed. */
export async function planRun(settled: SettledRun, params: RunParams, signal: AbortSignal): Promise<RunPlan> {
  const { backend, loaded, policy, granted, request, secrets } = settled;
  const { files, sandbox, callsTools, installs, warnings, refusal } = await backend.executor.plan(
    request,
    signal,
  );
  const injected = new Set(secrets.injectedNames);
  return {
    script: params.script,
    files,
    sandbox: { ...sandbox, provider: backend.provider.kind },
    limits: backend.host === undefined ? undefined : { ...loaded.config.limits },
    timeoutMs: request.timeoutMs,
    maxCostUsd: loaded.config.cost.maxPerRunUsd,
    hasNetwork: request.hasNetwork,
    variables: Object.keys(request.envs)
      .filter((name) => !injected.has(name))
      .toSorted(),
    injectedSecrets: [...injected].toSorted(),
    servers: granted?.names ?? [],
    tools: await planTools(policy, callsTools),
    installs,
    warnings,
    refusal,
  };
}

async function planTools(policy: RunPolicy, isUsed: boolean): Promise<ToolPlan> {
  const { describeTools } = await import('../tools/describe-tools.ts');
  const verdicts = describeTools().map((tool) => ({ name: tool.name, verdict: policy.verdictOn(tool) }));
  const named = (wanted: string): string[] =>
    verdicts.flatMap(({ name, verdict }) => (verdict === wanted ? [name] : []));
  return { isUsed, allowed: named('allow'), asked: named('ask'), denied: named('deny') };
}
