import { existsSync, readFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { sourceDigest } from '../../scripts/source-digest.ts';

/** Builds once before the tests that run the built files, unless the build is of these sources. */
export function setup(): void {
  const built = existsSync('dist/build.txt') ? readFileSync('dist/build.txt', 'utf8') : '';
  if (built !== sourceDigest()) {
    execaSync('npm', ['run', 'build', '--silent'], { stdout: 'ignore', stderr: 'inherit' });
  }
}
