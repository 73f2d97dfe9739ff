import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';

/** A project to begin with: a folder below `templates/`. */
export interface Template {
  readonly name: string;
  /** What its program does, in a few words. */
  readonly text: string;
  /** What runs it, after `iris`. */
  readonly run: readonly string[];
  /** What must be done once before, after `iris`. */
  readonly before?: readonly string[];
  /** Whether packages of npm belong to it. */
  readonly hasPackages: boolean;
}

export const TEMPLATES: readonly Template[] = [
  { name: 'hello', text: 'a script in a sandbox', run: ['run', 'hello.ts'], hasPackages: true },
  {
    name: 'pattern-discovery',
    text: 'what leads to failure, found in logged events',
    run: ['run', 'discover.ts'],
    hasPackages: true,
  },
  {
    name: 'reflexion',
    text: 'attempts that are judged, and lessons that the next run recalls',
    run: ['run', 'learn.ts'],
    hasPackages: true,
  },
  {
    name: 'consensus',
    text: 'reviewers that vote on a change',
    run: ['run', 'decide.ts'],
    hasPackages: true,
  },
  {
    name: 'prompt-registry',
    text: 'versions of a prompt, and a label that says which is in use',
    run: ['run', 'prompts.ts'],
    hasPackages: true,
  },
  {
    name: 'metrics',
    text: 'measurements, compared by percentiles',
    run: ['run', 'measure.ts'],
    hasPackages: true,
  },
  {
    name: 'workflow',
    text: 'steps with events, metrics and lineage',
    run: ['run', '--include', 'orders.csv', 'workflow.ts'],
    hasPackages: true,
  },
  {
    name: 'mcp-server',
    text: 'a script that calls an MCP server on your machine',
    run: ['run', '--mcp', 'tickets', 'triage.ts'],
    before: ['mcp', 'allow', 'tickets'],
    hasPackages: true,
  },
  {
    name: 'python',
    text: 'a script of Python that calls tools',
    run: ['run', 'main.py'],
    hasPackages: false,
  },
  {
    name: 'ci-github',
    text: 'checks that run in GitHub Actions',
    run: ['run', '--include', 'data/*.json', 'check.ts'],
    hasPackages: true,
  },
];

export const DEFAULT_TEMPLATE = 'hello';

/** Throws USAGE_INVALID for one that there is not. */
export function findTemplate(name: string): Template {
  const found = TEMPLATES.find((template) => template.name === name);
  if (found !== undefined) return found;
  const names = TEMPLATES.map((template) => template.name);
  const near = suggest(name, names);
  throw new IrisError('USAGE_INVALID', `There is no template "${name}"`, {
    hint:
      near === undefined ? `There are: ${names.join(', ')}` : `Did you mean ${near}? All: iris init --list`,
  });
}
