import { relative } from 'node:path';
import type { FilePlan, PlannedSecret, SandboxPlan } from '../contract/run-plan.ts';
import { toIrisError, type ErrorJson } from '../core/errors.ts';
import type { Bundler } from './bundle/bundler.ts';
import type { LiveSandboxes } from './live-sandboxes.ts';
import { gatherFiles, toBundleRequest, type FileSources, type GatheredFiles } from './prepare-files.ts';
import { refusedSecrets, refuseSecrets } from './refuse-secrets.ts';
import type { RunRequest } from './run-request.ts';
import { volumeWords } from './sandbox-metadata.ts';
import { toWish } from './sandbox-wish.ts';

export interface PlanParts extends FileSources {
  readonly bundler: Bundler;
  readonly sandboxes: LiveSandboxes;
}

/** More than anybody reads. */
const MAX_IGNORED = 1000;

/** What a run would send, and where to. */
export interface ScriptPlan {
  readonly files: FilePlan;
  readonly sandbox: Omit<SandboxPlan, 'provider'>;
  readonly callsTools: boolean;
  readonly installs: readonly string[];
  readonly warnings: readonly string[];
  readonly refusal: ErrorJson | undefined;
}

/**
 * Finds out what `runScript` would do, and does none of it. Throws what cannot be bundled or read: SCRIPT_INVALID,
 * FILE_NOT_FOUND, FILE_UNREADABLE or USAGE_INVALID.
 */
export async function planScript(
  parts: PlanParts,
  request: RunRequest,
  signal: AbortSignal,
): Promise<ScriptPlan> {
  const wish = toWish(request);
  const [gathered, foreseen] = await Promise.all([
    gatherFiles(parts, request, signal),
    parts.sandboxes.foresee(wish),
  ]);
  const { sources } = gathered;
  const tree =
    sources === undefined
      ? await parts.bundler.explain(toBundleRequest(request, signal))
      : { sources, packages: [] };
  const { entry, uploads, callsTools, warnings, ignored } = gathered;
  const missing = uploads.filter((file) => !file.isImmutable || !foreseen.written.has(file.path));
  const [script] = uploads;
  const includes = uploads.slice(uploads.length - gathered.includedFiles.length);
  return {
    files: {
      bundle: {
        sandboxFile: entry,
        bytes: script?.content.length ?? 0,
        isThere: foreseen.written.has(entry),
      },
      ...tree,
      includes: includes.map(({ path, content }, at) => ({
        file: relative(request.localDir, gathered.includedFiles[at] ?? ''),
        sandboxFile: path,
        bytes: content.length,
      })),
      ignored: ignored.slice(0, MAX_IGNORED),
      ignoredCount: ignored.length,
      secrets: secretsOf(gathered, request),
      upload: { files: missing.length, bytes: missing.reduce((sum, file) => sum + file.content.length, 0) },
    },
    sandbox: {
      name: request.sandboxName,
      template: request.template,
      volumes: volumeWords(request.volumes),
      state: foreseen.state,
      id: foreseen.id,
      isolation: foreseen.isolation,
    },
    callsTools,
    installs: gathered.installs.flatMap(({ source, specs }) => specs.map((spec) => `${source} ${spec}`)),
    warnings,
    refusal: refusalOf(gathered, request),
  };
}

function secretsOf({ suspects }: GatheredFiles, request: RunRequest): PlannedSecret[] {
  const refused = new Set(refusedSecrets(suspects, request).map(({ file }) => file));
  return suspects.map(({ file, look }) => ({
    file: relative(request.localDir, file),
    look,
    isAllowed: !refused.has(file),
  }));
}

function refusalOf({ suspects }: GatheredFiles, request: RunRequest): ErrorJson | undefined {
  try {
    refuseSecrets(suspects, request);
    return undefined;
  } catch (thrown) {
    return toIrisError(thrown).toJSON();
  }
}
