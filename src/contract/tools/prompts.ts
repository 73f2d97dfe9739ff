import { z } from 'zod';
import { defineTool } from './contract.ts';
import {
  attributesField,
  callerFields,
  cursorField,
  limitField,
  MAX_TEXT_BYTES,
  nameField,
  textField,
  writeFields,
} from './fields.ts';

const MAX_MESSAGES = 200;
const MAX_VARIABLES = 200;
const MAX_VERSION = 10_000;

const promptName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,254}$/,
    'must be letters, digits and . _ / -, at most 255, and begin with a letter or digit',
  );
const label = z
  .string()
  .regex(/^(?!\d+$)[a-z0-9_.-]{1,36}$/, 'must be a-z, 0-9 and _ . -, at most 36, and not only digits');
const ownLabel = label.refine(
  (text) => text !== 'latest',
  '"latest" is always the newest version and cannot be set',
);
const version = z.int().min(1).max(MAX_VERSION);
const variableName = z.string().regex(/^[^\s{}]{1,200}$/, 'must be a name without spaces and braces');
const message = z.strictObject({ role: nameField, content: textField });
const template = z
  .union([textField, z.array(message).min(1).max(MAX_MESSAGES)], {
    error: `must be text of at most ${MAX_TEXT_BYTES} bytes, or a list of {role, content}`,
  })
  .refine(
    (value) => typeof value === 'string' || Buffer.byteLength(JSON.stringify(value)) <= MAX_TEXT_BYTES,
    `must be at most ${MAX_TEXT_BYTES} bytes in all`,
  );
const tags = z.array(nameField).max(50);

const promptVersion = z.looseObject({
  name: z.string(),
  version: z.number(),
  hash: z.string(),
  type: z.enum(['text', 'chat']),
  format: z.enum(['mustache', 'fstring', 'plain']),
  variables: z.array(z.string()),
  tags: z.array(z.string()),
  message: z.string().nullable(),
  createdAt: z.string(),
  createdBy: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
});
const wholePrompt = promptVersion.extend({
  template: z.union([z.string(), z.array(z.looseObject({ role: z.string(), content: z.string() }))]),
  config: z.record(z.string(), z.unknown()),
  labels: z.array(z.string()),
});

export const promptGet = defineTool({
  name: 'prompt_get',
  group: 'prompts',
  title: 'Get a prompt',
  text: 'Reads a prompt by version, by label, or else what "production" points to, or else the newest. With variables it is rendered; missing ones are an error unless strict is false.',
  effect: 'read',
  isIdempotent: true,
  input: z
    .strictObject({
      name: promptName,
      version: version.optional(),
      label: label.optional(),
      variables: attributesField.optional(),
      strict: z.boolean().default(true),
      ...callerFields,
    })
    .refine((input) => input.version === undefined || input.label === undefined, {
      path: ['label'],
      error: 'a version and a label were named: name one of them',
    }),
  output: wholePrompt.extend({
    text: z.string().optional(),
    messages: z.array(z.looseObject({ role: z.string(), content: z.string() })).optional(),
    missing: z.array(z.string()).optional(),
  }),
  example: { name: 'review', variables: { language: 'TypeScript' } },
  method: 'getPrompt',
  positional: ['name'],
});

export const promptSave = defineTool({
  name: 'prompt_save',
  group: 'prompts',
  title: 'Save a prompt',
  text: 'Saves a prompt as its next version, which never changes afterwards. What equals the newest version makes no new one. Variables are {{name}}, or {name} where each is declared.',
  effect: 'write',
  isIdempotent: true,
  input: z.strictObject({
    name: promptName,
    template,
    variables: z.array(variableName).max(MAX_VARIABLES).optional(),
    metadata: attributesField.optional(),
    format: z.enum(['mustache', 'fstring', 'plain', 'auto']).default('auto'),
    config: attributesField
      .optional()
      .describe('Settings that belong to it, such as the model; part of its content.'),
    tags: tags.optional(),
    labels: z.array(ownLabel).max(20).optional().describe('Labels that shall point to this version.'),
    message: z.string().max(500).optional().describe('Why it was changed.'),
    expectedVersion: z
      .int()
      .min(0)
      .max(MAX_VERSION)
      .optional()
      .describe('Fails unless this is the newest version; 0 is no version.'),
    ...writeFields,
    ...callerFields,
  }),
  output: wholePrompt.extend({
    created: z.boolean(),
    duplicate: z.boolean(),
    warnings: z.array(z.string()),
  }),
  example: { name: 'review', template: 'Review this {{language}} code.', labels: ['production'] },
  method: 'savePrompt',
  positional: ['name', 'template', 'variables', 'metadata'],
});

export const promptList = defineTool({
  name: 'prompt_list',
  group: 'prompts',
  title: 'List prompts',
  text: 'Lists prompts with their newest version and labels; with a name, the versions of that prompt and how its labels moved.',
  effect: 'read',
  isIdempotent: true,
  input: z
    .strictObject({
      name: promptName.optional(),
      prefix: z.string().max(255).optional(),
      tag: nameField.optional(),
      label: label.optional(),
      limit: limitField,
      cursor: cursorField.optional(),
    })
    .refine(
      ({ name, prefix, tag, label: other }) => name === undefined || (prefix ?? tag ?? other) === undefined,
      {
        path: ['name'],
        error: 'the versions of one prompt are not filtered: leave out prefix, tag and label',
      },
    ),
  output: z.looseObject({
    prompts: z.array(
      promptVersion.extend({ labels: z.union([z.array(z.string()), z.record(z.string(), z.number())]) }),
    ),
    nextCursor: z.string().nullable(),
    labelMoves: z
      .array(
        z.looseObject({
          label: z.string(),
          from: z.number().nullable(),
          to: z.number().nullable(),
          at: z.string(),
          by: z.string().nullable(),
          reason: z.string().nullable(),
        }),
      )
      .optional(),
  }),
  example: { prefix: 'review', label: 'production' },
  method: 'listPrompts',
  positional: [],
});

export const promptLabel = defineTool({
  name: 'prompt_label',
  group: 'prompts',
  title: 'Point a label to a version',
  text: 'Points a label such as "production" to a version; null takes it away. Moving it back is how a prompt is rolled back.',
  effect: 'write',
  isIdempotent: true,
  input: z.strictObject({
    name: promptName,
    label: ownLabel,
    version: version.nullable(),
    expectedVersion: z
      .int()
      .min(0)
      .max(MAX_VERSION)
      .nullable()
      .optional()
      .describe('Fails unless the label points to this version now; 0 or null is no version.'),
    reason: z.string().max(500).optional(),
    ...writeFields,
    ...callerFields,
  }),
  output: z.looseObject({
    name: z.string(),
    label: z.string(),
    version: z.number().nullable(),
    previousVersion: z.number().nullable(),
    moved: z.boolean(),
    duplicate: z.boolean(),
  }),
  example: { name: 'review', label: 'production', version: 2, reason: 'fewer false alarms' },
  method: 'labelPrompt',
  positional: ['name', 'label', 'version'],
});

const place = z.union([version, label], { error: 'must be a version or a label' });

export const promptDiff = defineTool({
  name: 'prompt_diff',
  group: 'prompts',
  title: 'Compare two versions of a prompt',
  text: 'Shows what changed between two versions or labels of a prompt as a unified diff.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({ name: promptName, from: place, to: place.default('latest') }),
  output: z.looseObject({
    name: z.string(),
    from: z.number(),
    to: z.number(),
    isEqual: z.boolean(),
    diff: z.string(),
    configDiff: z.string(),
    linesAdded: z.number(),
    linesRemoved: z.number(),
    formats: z.array(z.string()),
    variables: z.looseObject({ added: z.array(z.string()), removed: z.array(z.string()) }),
  }),
  example: { name: 'review', from: 1, to: 'latest' },
  method: 'diffPrompts',
  positional: ['name', 'from', 'to'],
});

export const promptDelete = defineTool({
  name: 'prompt_delete',
  group: 'prompts',
  title: 'Delete a prompt',
  text: 'Hides one version of a prompt, or all of them; their numbers are never given again. Labels have to be taken away first.',
  effect: 'delete',
  isIdempotent: false,
  input: z.strictObject({ name: promptName, version: version.optional(), ...callerFields }),
  output: z.looseObject({ name: z.string(), deletedVersions: z.array(z.number()) }),
  example: { name: 'review', version: 1 },
  method: 'deletePrompt',
  positional: ['name', 'version'],
});
