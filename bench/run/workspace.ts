import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { benchEnv } from '../measure.ts';

/** Programs to compare, and an iris of their own. */
export interface BenchWorkspace extends Disposable {
  readonly dir: string;
  readonly iris: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly node24: string | undefined;
  readonly tsx: string;
}

export function openBenchWorkspace(): BenchWorkspace {
  const dir = mkdtempSync(join(tmpdir(), 'iris-bench-'));
  writePrograms(dir);
  const env = { IRIS_STATE_DIR: join(dir, 'state'), IRIS_CACHE_DIR: join(dir, 'cache') };
  const iris = [process.execPath, resolve('bin/iris.cjs')];
  process.chdir(dir);
  return {
    dir,
    iris,
    env,
    node24: findNode24(),
    tsx: join(import.meta.dirname, '../../node_modules/tsx/dist/cli.mjs'),
    [Symbol.dispose]: () => {
      execFileSync(iris[0] ?? '', [...iris.slice(1), 'daemon', 'stop'], {
        env: benchEnv(env),
        stdio: 'ignore',
      });
      process.chdir('/');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** hello, five local imports and zod, each in TypeScript and in plain JavaScript. */
function writePrograms(dir: string): void {
  const write = (name: string, text: string): void => writeFileSync(join(dir, name), text);
  write('package.json', '{"type":"module"}');
  write('empty.cjs', '');
  write('hello.mjs', "const name = 'world';\nconsole.log(`hello ${name}`);\n");
  write('hello.ts', "const name: string = 'world';\nconsole.log(`hello ${name}`);\n");
  for (const [ending, type] of [
    ['ts', ': number'],
    ['mjs', ''],
  ] as const) {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names)
      write(`${name}.${ending}`, `export const ${name}${type} = ${name.charCodeAt(0)};\n`);
    const imports = names.map((name) => `import { ${name} } from './${name}.${ending}';`).join('\n');
    write(`five.${ending}`, `${imports}\nconsole.log(${names.join(' + ')});\n`);
    write(
      `zod.${ending}`,
      `import { z } from 'zod';\nconst text${type === '' ? '' : ': string'} = z.string().parse('ok');\nconsole.log(text);\n`,
    );
  }
  symlinkSync(resolve('node_modules'), join(dir, 'node_modules'));
}

function findNode24(): string | undefined {
  try {
    return execFileSync('npx', ['-y', '-p', 'node@24', '-c', 'command -v node'], {
      encoding: 'utf8',
      env: benchEnv(),
    }).trim();
  } catch {
    return undefined;
  }
}
