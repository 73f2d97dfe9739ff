import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';

/** Checking the types of all dependencies takes a busy machine its time. */
const COMPILER_MS = 240_000;

/** What a program of a user's own may hold, the examples of the docs among it. */
const PROGRAM = `import {
  getExecutor,
  IrisCodeExecutor,
  IrisError,
  type ErrorCode,
  type ExecutionEvent,
  type ExecutionResult,
  type ExecutorOptions,
} from 'iris-prime/executor';

const options: ExecutorOptions = { provider: 'embedded', timeoutMs: 30_000, network: false, mcp: ['github'] };
await using executor = new IrisCodeExecutor(options);
const result: ExecutionResult = await executor.executeCode('console.log(6 * 7)', { session: 'ada', args: ['x'] });
const lines: readonly string[] = result.logs.stdout;
console.log(result.success, result.output, result.executionTime, lines, result.metadata.sandboxId);

for await (const event of executor.stream("console.log('hello')", { signal: AbortSignal.timeout(1000) })) {
  if (event.type === 'stdout') process.stdout.write(event.data);
  else if (event.type === 'finished') console.log(event.result.exitCode);
}

export function code(thrown: unknown): ErrorCode | undefined {
  return thrown instanceof IrisError ? thrown.code : undefined;
}
export const shared: IrisCodeExecutor = getExecutor();
export type Events = AsyncGenerator<ExecutionEvent, void>;

// @ts-expect-error: there is no such provider.
new IrisCodeExecutor({ provider: 'docker' });
// @ts-expect-error: results are not changed.
result.success = true;
`;

let dir: Awaited<ReturnType<typeof tempDir>>;
beforeAll(async () => {
  dir = await tempDir();
  const installed = join(dir.path, 'node_modules/iris-prime');
  await mkdir(installed, { recursive: true });
  await cp('package.json', join(installed, 'package.json'));
  await cp('dist/types', join(installed, 'dist/types'), { recursive: true });
  // The only types that the library's own lean on.
  await mkdir(join(dir.path, 'node_modules/@types'));
  for (const name of ['@types/node', 'undici-types'])
    await symlink(join(process.cwd(), 'node_modules', name), join(dir.path, 'node_modules', name));
  await writeFile(join(dir.path, 'package.json'), '{"type":"module"}');
  await writeFile(join(dir.path, 'program.ts'), PROGRAM);
});
afterAll(async () => {
  await dir[Symbol.asyncDispose]();
});

test.for([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])(
  'a strict program type-checks without skipLibCheck: module %s, resolution %s',
  { timeout: COMPILER_MS },
  async ([module, resolution]) => {
    await writeFile(
      join(dir.path, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          module,
          moduleResolution: resolution,
          target: 'ES2022',
          types: ['node'],
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          noEmit: true,
        },
        files: ['program.ts'],
      }),
    );

    const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
    const { stdout } = await execa(process.execPath, [tsc, '-p', dir.path], { reject: false });

    expect(stdout).toBe('');
  },
);
