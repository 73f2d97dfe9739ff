import type { SandboxRef } from '../../contract/run-event.ts';
import { IrisError } from '../../core/errors.ts';
import type { CommandResult } from '../run-command.ts';
import type { InstallPlan } from './install-plan.ts';

const NO_PROGRAM = /^iris: there is no (npm|pip)$/m;
const UNKNOWN = /\bE404\b|\bETARGET\b|No matching distribution found/;
const UNREACHED =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH)\b|network policy|40[37] (?:Forbidden|Refused)|tunneling socket|Tunnel connection failed|ProxyError|Could not fetch|Max retries exceeded|Failed to establish a new connection/i;
const UNTRUSTED = /SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)|CERTIFICATE_VERIFY_FAILED/;
const COMPILER = /node-gyp|gyp ERR|Failed building wheel|gcc.*(?:not found|failed)|error: command '.*gcc/;
/** What npm and pip say before and after the line that matters. */
const NOISE =
  /^(?:npm (?:error|ERR!) (?:code|errno|syscall|A complete log|\/)|npm warn|WARNING|Traceback|\s*$)/i;
const MAX_LINE = 300;

/** Words what went wrong with an installation: the line that matters, and what to do. */
export function installError(
  { source, specs }: InstallPlan,
  { stderr, stdout }: CommandResult,
  provider: SandboxRef['provider'],
): IrisError {
  const said = `${stdout}\n${stderr}`;
  const missing = NO_PROGRAM.exec(said)?.[1];
  if (missing !== undefined)
    return new IrisError(
      'INSTALL_FAILED',
      `Cannot install ${specs.join(' ')}: the sandbox has no ${missing}`,
      {
        hint:
          provider === 'e2b'
            ? `Take a template with ${missing}, such as --template code-interpreter-v1.`
            : `Install ${missing} on this machine: sandboxes see the programs of the system, those in /usr/bin.`,
      },
    );
  return new IrisError(
    'INSTALL_FAILED',
    `${source} could not install ${specs.join(' ')}: ${lineThatMatters(said)}`,
    {
      hint: hintFor(said),
      details: { output: said.trim() },
    },
  );
}

function lineThatMatters(said: string): string {
  const lines = said.split('\n').filter((line) => !NOISE.test(line));
  const line =
    lines.find((one) => /^ERROR:|npm (?:error|ERR!) \S/.test(one)) ?? lines.at(-1) ?? 'it said nothing';
  return line
    .replace(/^(?:npm (?:error|ERR!) |ERROR: )(?:\d{3} )?/, '')
    .trim()
    .slice(0, MAX_LINE);
}

function hintFor(said: string): string {
  if (UNTRUSTED.test(said)) return 'The registry shows a certificate that the sandbox does not know.';
  if (UNREACHED.test(said))
    return 'With --install a sandbox reaches the registry alone; a package that fetches from elsewhere needs --net as well.';
  if (UNKNOWN.test(said)) return 'Look at its name and version; without a version it is the newest one.';
  if (COMPILER.test(said))
    return 'It has no build for this sandbox and must be compiled there: take a template with a compiler.';
  return 'What it said: iris run --json, in "details" of the error.';
}
