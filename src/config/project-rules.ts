import { z } from 'zod';
import { envNameOf, flagNameOf, type KeyPath } from './config-keys.ts';
import { costSchema } from './cost-schema.ts';
import { describeValue } from './describe-value.ts';
import { valueAt, type Layer } from './layer.ts';
import type { Problem } from './problem.ts';
import { runsSchema } from './runs-schema.ts';
import { toolsSchema } from './tools-schema.ts';

/** `..` between separators, also inside braces and alternatives; the home directory; the root. */
const LEAVES_PROJECT = /(?:^|[\\/{,(|!])\.\.(?:$|[\\/},)|])|^!?(?:[~\\/]|[A-Za-z]:)/;

/** Rungs that keep less apart than the best of most machines. */
const WEAK_RUNGS = ['landlock', 'sandbox-exec'] as const;

/** A larger amount is more than the user allows. */
const BUDGETS: readonly KeyPath[] = [
  ...['maxCalls', 'maxBytes', 'maxTime'].map((name) => ['tools', name]),
  ...['maxPerRun', 'maxPerMonth'].map((name) => ['cost', name]),
];

/** What the limits on cost are reckoned with. */
const PRICES: readonly KeyPath[] = ['perVcpuSecond', 'perGibSecond', 'vcpus', 'memory'].map((name) => [
  'cost',
  name,
]);

const KEEPING: readonly KeyPath[] = Object.keys(runsSchema.shape).map((name) => ['runs', name]);

/** What the user alone says, and how a flag says it. */
const OWN_KEYS: Readonly<Record<string, string | undefined>> = {
  secrets: undefined,
  grantSecrets: 'NAME',
  volumes: 'NAME:/path',
};

const SCHEMAS = { cost: costSchema, runs: runsSchema, tools: toolsSchema };

/**
 * What a project's file may not decide. It comes with the code that it configures, so it may neither tear down
 * the wall around that code nor reach for files beyond the project or for secrets of the user, nor let it spend more
 * than the user's own file.
 */
export function checkProjectRules(layer: Layer, user: Layer | undefined): Problem[] {
  return [
    ...isolationProblems(layer),
    ...includeProblems(layer),
    ...ownProblems(layer),
    ...keepingProblems(layer, user),
    ...budgetProblems(layer, user),
    ...priceProblems(layer, user),
  ];
}

function isolationProblems(layer: Layer): Problem[] {
  return [
    ...weakChoice(layer, { key: 'network', flag: '--net', weak: ['on'] }),
    ...weakChoice(layer, { key: 'isolation', flag: '--isolation', weak: ['none', ...WEAK_RUNGS] }),
    ...weakChoice(layer, {
      key: 'requireIsolation',
      flag: '--require-isolation',
      weak: ['any', 'reduced', ...WEAK_RUNGS],
    }),
  ];
}

interface ChoiceRule {
  readonly key: string;
  readonly flag: string;
  readonly weak: readonly string[];
}

function weakChoice(layer: Layer, { key, flag, weak }: ChoiceRule): Problem[] {
  const value = layer.values[key];
  if (typeof value !== 'string' || !weak.includes(value)) return [];
  return [
    {
      message: `${layer.subjectOf([key])} is "${value}", which a project cannot choose for you`,
      hint: `Choose it yourself, with ${flag === '--net' ? flag : `${flag} ${value}`} or ${envNameOf([key])}=${value}.`,
    },
  ];
}

function includeProblems(layer: Layer): Problem[] {
  const globs = layer.values['include'];
  if (!Array.isArray(globs)) return [];
  return globs.flatMap((glob: unknown, index) => {
    if (typeof glob !== 'string' || !LEAVES_PROJECT.test(glob)) return [];
    const subject = layer.subjectOf(['include', String(index)]);
    return [
      {
        message: `${subject} is ${describeValue(glob)}, which leaves the project`,
        hint: 'Name files below the project directory, or pass --include yourself.',
      },
    ];
  });
}

/** Whoever says where a secret may be sent could say: to me. A volume may have files of other projects. */
function ownProblems(layer: Layer): Problem[] {
  return Object.entries(OWN_KEYS)
    .filter(([key]) => !isEmpty(layer.values[key]))
    .map(([key, word]) => ({
      message: `${layer.placeOf([key])}: ${key} is here, which a project cannot choose for you`,
      hint:
        word === undefined
          ? 'Write it into your own file, ~/.config/iris/config.yaml.'
          : `Choose it yourself, with ${flagNameOf([key])} ${word} or ${envNameOf([key])}=${word}.`,
    }));
}

/** What is kept is kept of all projects: no other amount than the user's. */
function keepingProblems(layer: Layer, user: Layer | undefined): Problem[] {
  return KEEPING.flatMap((path) => {
    const value = valueAt(layer.values, path);
    const amount = value === undefined ? undefined : amountOf(path, value);
    if (amount === undefined || amount === amountOf(path, valueAt(user?.values, path))) return [];
    return [
      {
        message: `${layer.subjectOf(path)} is ${describeValue(value)}, which a project cannot choose for you`,
        hint: `Write it into your own file, ~/.config/iris/config.yaml, or set ${envNameOf(path)}.`,
      },
    ];
  });
}

/** Nothing, or none of them: that only takes away. */
function isEmpty(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

function budgetProblems(layer: Layer, user: Layer | undefined): Problem[] {
  return BUDGETS.flatMap((path) => {
    const value = valueAt(layer.values, path);
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    const amount = amountOf(path, value);
    const own = amountOf(path, valueAt(user?.values, path));
    if (amount === undefined || own === undefined || amount <= own) return [];
    return [
      {
        message: `${layer.subjectOf(path)} is ${describeValue(value)}, which a project cannot choose for you`,
        hint: `It may only lower what you allow. Choose it yourself, with ${envNameOf(path)}=${value}.`,
      },
    ];
  });
}

/** A lower price, or a smaller sandbox, would stretch what a limit allows. */
function priceProblems(layer: Layer, user: Layer | undefined): Problem[] {
  return PRICES.flatMap((path) => {
    const value = valueAt(layer.values, path);
    const amount = value === undefined ? undefined : amountOf(path, value);
    const own = amountOf(path, valueAt(user?.values, path));
    if (amount === undefined || own === undefined || amount >= own) return [];
    return [
      {
        message: `${layer.subjectOf(path)} is ${describeValue(value)}, which a project cannot choose for you`,
        hint: `It may only raise what you reckon with. Choose it yourself, with ${envNameOf(path)}.`,
      },
    ];
  });
}

/** The default where there is no value, undefined for one that is reported already, and no limit as the most. */
function amountOf(path: KeyPath, value: unknown): number | undefined {
  const [group, name = ''] = path;
  const { shape } = SCHEMAS[group === 'cost' || group === 'runs' ? group : 'tools'];
  const schema: unknown = Object.entries(shape).find(([key]) => key === name)?.[1];
  const data = schema instanceof z.ZodType ? schema.safeParse(value).data : undefined;
  if (typeof data === 'number') return name === 'maxTime' && data === 0 ? Number.POSITIVE_INFINITY : data;
  return undefined;
}
