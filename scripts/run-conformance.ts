import { join } from 'node:path';
import { execa } from 'execa';
import { serveFixtures } from '../test/conformance/conformance-server.ts';
import { installApart, type InstalledApart } from './install-apart.ts';

// The release that is the newest for the public knows the protocol of 2025 only.
const SUITE = '@modelcontextprotocol/conformance@0.2.0-alpha.12';
const REVISIONS = ['2025-11-25', '2026-07-28'];

await main(process.argv.slice(2));

/** Runs the official suite against our server; `tsx scripts/run-conformance.ts [folder with the suite] [--verbose]`. */
async function main(words: readonly string[]): Promise<void> {
  const isVerbose = words.includes('--verbose');
  await using apart = await installApart(
    [SUITE],
    words.find((word) => !word.startsWith('-')),
  );
  if (apart === undefined) return;
  await using end = await serveFixtures(() => undefined);
  for (const revision of REVISIONS) await run(apart, { url: end.url, revision, isVerbose });
}

interface Requirements {
  readonly url: string;
  readonly revision: string;
  readonly isVerbose: boolean;
}

async function run(apart: InstalledApart, { url, revision, isVerbose }: Requirements): Promise<void> {
  const suite = join(apart.modules, '@modelcontextprotocol/conformance/dist/index.js');
  const args = [suite, 'server', '--url', url, '--requirements', revision];
  const { exitCode, all } = await execa(apart.node, args, { reject: false, all: true });
  if (exitCode !== 0 || isVerbose) console.log(all);
  console.log(
    `MCP conformance with ${revision}: ${exitCode === 0 ? 'passed' : `failed (${exitCode ?? 'killed'})`}`,
  );
  if (exitCode !== 0) process.exitCode = 1;
}
