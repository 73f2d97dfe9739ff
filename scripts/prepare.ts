import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { sourceDigest } from './source-digest.ts';

// npm runs `prepare` again when `npx iris` links the clone: a build that is of these sources stays.
const built = existsSync('dist/build.txt') ? readFileSync('dist/build.txt', 'utf8') : '';
if (built !== sourceDigest()) execFileSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' });
