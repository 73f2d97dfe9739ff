import { execFile } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';
import { ROOT } from './sources.ts';

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

const PLANTED = {
  'src/core/circle.ts': "import './circle-back.ts';",
  'src/core/circle-back.ts': "import './circle.ts';",
  'src/core/looks-up.ts': "import '../cli/view.ts';",
  'src/cli/view.ts': 'export const view = 1;',
  'src/cli/into-daemon.ts': "import '../daemon/inside.ts';",
  'src/daemon/inside.ts': "import '../app/wired.ts';",
  'src/app/wired.ts': "import '../daemon/inside.ts';",
  'src/cli/uses-loose.ts': "import '../loose.ts';",
  'src/loose.ts': 'export const loose = 1;',
  'src/executor/heavy.ts': "import 'commander';",
  'src/daemon/schema.ts': "import { z } from 'zod'; export const schema = z.string();",
  'src/core/uses-test.ts': "import '../../test/fake.ts';",
  'test/fake.ts': 'export const fake = 1;',
  'src/core/nowhere.ts': "import './is-not-there.ts';",
} as const;

test('src keeps to its floors', async () => {
  const violations = await cruise(ROOT);

  expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
});

describe('a violation that is planted', () => {
  let violations: readonly Violation[] = [];

  beforeAll(async () => {
    await using dir = await tempDir();
    for (const name of ['dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      await cp(join(ROOT, name), join(dir.path, name));
    }
    await symlink(join(ROOT, 'node_modules'), join(dir.path, 'node_modules'));
    for (const [path, text] of Object.entries(PLANTED)) {
      await mkdir(dirname(join(dir.path, path)), { recursive: true });
      await writeFile(join(dir.path, path), text);
    }
    violations = await cruise(dir.path);
  });

  test.each([
    ['no-circle', 'src/core/circle-back.ts'],
    ['no-folder-circle', 'src/daemon'],
    ['core-knows-only-itself', 'src/core/looks-up.ts'],
    ['cli-knows-only-core-contract-config-bridge-app-daemon-client-mcp', 'src/cli/into-daemon.ts'],
    [
      'app-knows-only-core-contract-config-host-sandbox-store-servers-tools-bridge-executor',
      'src/app/wired.ts',
    ],
    ['nothing-loose-in-src', 'src/cli/uses-loose.ts'],
    ['only-cli-uses-commander', 'src/executor/heavy.ts'],
    ['only--bridge-contract-config-host-sandbox-servers-store-tools--uses-zod', 'src/daemon/schema.ts'],
    ['no-test-in-src', 'src/core/uses-test.ts'],
    ['no-unknown-import', 'src/core/nowhere.ts'],
  ])('is caught as %s', (rule, from) => {
    expect(
      violations.filter((violation) => violation.rule.name === rule).map((found) => found.from),
    ).toContain(from);
  });
});

async function cruise(dir: string): Promise<readonly Violation[]> {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', 'dependency-cruiser.cjs', '--output-type', 'json', 'src'];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: dir,
    maxBuffer: 64 * 1024 * 1024,
  });
  return (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
}
