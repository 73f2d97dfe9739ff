import { z } from 'zod';
import { defineServed } from './served-contract.ts';

const MAX_CODE_BYTES = 1024 * 1024;
const KB = 1024;

const sandbox = z.looseObject({
  id: z.string(),
  name: z.string(),
  provider: z.enum(['embedded', 'e2b']),
  isolation: z.string(),
});

export const runCode = defineServed({
  name: 'run_code',
  group: 'sandbox',
  title: 'Run code in a sandbox',
  text: 'Runs TypeScript in the isolated sandbox of this project: its output and exit code. Imports of packages and files of the project work; files that it writes stay in the sandbox. Give code or file.',
  effect: 'write',
  isIdempotent: false,
  isOpenWorld: true,
  input: z
    .strictObject({
      code: z
        .string()
        .min(1)
        .refine(
          (text) => Buffer.byteLength(text) <= MAX_CODE_BYTES,
          `must be at most ${MAX_CODE_BYTES} bytes`,
        )
        .optional()
        .describe('An ES module in TypeScript.'),
      file: z.string().min(1).max(4096).optional().describe('A script of the project instead of code.'),
      args: z.array(z.string()).max(100).default([]),
      sandbox: z
        .string()
        .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/)
        .optional()
        .describe('The name of another sandbox of this project.'),
      fresh: z.boolean().default(false).describe('Starts with a new sandbox.'),
      network: z.boolean().default(false).describe('Lets it reach the internet.'),
      timeoutMs: z.int().min(1).max(86_400_000).optional(),
      maxOutputBytes: z
        .int()
        .min(KB)
        .max(256 * KB)
        .default(24 * KB)
        .describe('Of each stream; the middle of more is left out.'),
    })
    .refine(({ code, file }) => (code === undefined) !== (file === undefined), {
      path: ['code'],
      error: 'give either code or file',
    }),
  output: z.looseObject({
    exitCode: z.number(),
    signal: z.string().optional(),
    stdout: z.string(),
    stderr: z.string(),
    stdoutTruncated: z.boolean(),
    stderrTruncated: z.boolean(),
    durationMs: z.number(),
    runId: z.string(),
    sandbox,
    toolCalls: z.array(z.looseObject({ tool: z.string() })),
    notices: z.array(z.string()),
    hint: z.string().optional(),
  }),
  example: { code: 'process.stdout.write(String(await Promise.resolve(6 * 7)))' },
});

export const sandboxList = defineServed({
  name: 'sandbox_list',
  group: 'sandbox',
  title: 'List sandboxes',
  text: 'Lists the live sandboxes, newest first.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({}),
  output: z.looseObject({
    sandboxes: z.array(
      sandbox.extend({
        project: z.string(),
        state: z.string(),
        ageMs: z.number(),
        timeLeftMs: z.number(),
        memoryBytes: z.number().nullable(),
      }),
    ),
    hint: z.string().optional(),
  }),
  example: {},
});

export const sandboxClose = defineServed({
  name: 'sandbox_close',
  group: 'sandbox',
  title: 'Close sandboxes',
  text: 'Ends sandboxes with all that is in them. What is gone already is no error.',
  effect: 'delete',
  isIdempotent: true,
  input: z.strictObject({
    targets: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(100)
      .describe('Ids, or names in this project, such as default.'),
  }),
  output: z.looseObject({
    closed: z.array(z.looseObject({ id: z.string(), name: z.string() })),
    gone: z.array(z.string()),
  }),
  example: { targets: ['default'] },
});
