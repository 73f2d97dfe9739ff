import type { RunPlan } from '../../contract/run-plan.ts';
import { formatByteSize } from '../../core/byte-size.ts';
import { formatDuration } from '../../core/duration.ts';
import { formatUsd } from '../../core/money.ts';
import { renderFacts, type Fact } from './facts.ts';
import type { Screen } from './screen.ts';
import { renderTable, type Column } from './table.ts';

/** Rows of one kind; whoever needs all of them takes `--json`. */
const MAX_ROWS = 40;
const MAX_NAMES = 12;

/** What a run would do, for people. */
export function renderPlan(plan: RunPlan, screen: Screen): string {
  const { files } = plan;
  return [
    renderFacts(factsOf(plan), screen),
    section('Bundled', sourceRows(plan), ['file', 'size', 'imported by'], screen),
    section('Packages', packageRows(plan), ['package', 'size', 'imported by'], screen),
    section(
      'Sent along',
      files.includes.map(({ file, bytes, sandboxFile }) => [file, formatByteSize(bytes), sandboxFile]),
      ['file', 'size', 'in the sandbox'],
      screen,
    ),
    section('Left out', ignoredRows(plan), ['file', 'because of'], screen),
    section(
      'Looks like a secret',
      files.secrets.map(({ file, look, isAllowed }) => [file, look, isAllowed ? 'sent: named' : 'refused']),
      ['file', 'what', ''],
      screen,
    ),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function factsOf(plan: RunPlan): Fact[] {
  const { files, sandbox, limits } = plan;
  return [
    ['script', plan.script],
    ['becomes', `${files.bundle.sandboxFile}, ${formatByteSize(files.bundle.bytes)}`],
    ['upload', uploadText(plan)],
    ['sandbox', sandboxText(sandbox)],
    ['provider', [sandbox.provider, sandbox.isolation].filter((word) => word !== undefined).join(', ')],
    ['template', sandbox.template],
    ['volumes', sandbox.volumes.length === 0 ? undefined : sandbox.volumes.join(', ')],
    ['network', plan.hasNetwork ? 'the internet, but not this machine' : 'closed'],
    ['time limit', plan.timeoutMs === 0 ? 'none' : formatDuration(plan.timeoutMs)],
    ['limits', limits && limitText(limits)],
    ['cost limit', plan.maxCostUsd === undefined ? undefined : `${formatUsd(plan.maxCostUsd)}, by estimate`],
    ['variables', namesText(plan.variables)],
    ['secrets', namesText(plan.injectedSecrets)],
    ['tools', toolText(plan)],
    ['installs', plan.installs.length === 0 ? undefined : namesText(plan.installs)],
    ['MCP servers', namesText(plan.servers)],
    ...plan.warnings.map((text): Fact => ['warning', text]),
  ];
}

function uploadText({ files: { upload, bundle } }: RunPlan): string {
  const there = bundle.isThere ? '; the sandbox has the script already' : '';
  if (upload.files === 0) return `nothing${there}`;
  return `${upload.files} ${upload.files === 1 ? 'file' : 'files'}, ${formatByteSize(upload.bytes)}${there}`;
}

function sandboxText({ name, state, id }: RunPlan['sandbox']): string {
  const said = { live: `in use, ${id}`, left: `there, ${id}`, new: 'to be made' }[state];
  return `${name ?? 'one of its own'} (${said})`;
}

function limitText(limits: Readonly<Record<string, number>>): string {
  return Object.entries(limits)
    .map(([name, value]) => {
      const words = name
        .replace(/Bytes$/, '')
        .replace(/^max/, '')
        .replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
      return `${words.toLowerCase()} ${name.endsWith('Bytes') ? formatByteSize(value) : value}`;
    })
    .join(', ');
}

function toolText({ tools: { isUsed, allowed, asked, denied } }: RunPlan): string {
  if (!isUsed) return 'none: the script does not import iris-prime';
  return [
    denied.length === 0 && asked.length === 0 ? `all ${allowed.length}` : namesText(allowed),
    asked.length === 0 ? undefined : `asks for ${namesText(asked)}`,
    denied.length === 0 ? undefined : `not ${namesText(denied)}`,
  ]
    .filter((text) => text !== undefined && text !== '')
    .join('; ');
}

function namesText(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function sourceRows({ files }: RunPlan): string[][] {
  return files.sources.map(({ file, bytes, via }) => [file, formatByteSize(bytes), chain(via)]);
}

function packageRows({ files }: RunPlan): string[][] {
  return files.packages.map(({ name, files: count, bytes, via }) => [
    name,
    `${formatByteSize(bytes)} of ${count} ${count === 1 ? 'file' : 'files'}`,
    chain(via),
  ]);
}

function ignoredRows({ files: { ignored, ignoredCount } }: RunPlan): string[][] {
  const rows = ignored.slice(0, MAX_ROWS - 1).map(({ file, by }) => [file, by]);
  return ignoredCount > rows.length ? [...rows, [`and ${ignoredCount - rows.length} more`, '']] : rows;
}

function chain(via: readonly string[]): string {
  return via.join(' > ');
}

function section(
  title: string,
  rows: readonly (readonly string[])[],
  heads: readonly string[],
  screen: Screen,
): string {
  if (rows.length === 0) return '';
  const columns = heads.map((head, at): Column => ({ title: head, isCut: at !== 1 }));
  const shown = rows.length > MAX_ROWS ? rows.slice(0, MAX_ROWS - 1) : rows;
  const rest =
    rows.length > shown.length ? `and ${rows.length - shown.length} more: --json lists them all\n` : '';
  return `${screen.paint.bold(title)}\n${renderTable(columns, shown, screen)}${rest}`;
}
