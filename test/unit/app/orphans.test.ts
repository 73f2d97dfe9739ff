import { describe, expect, test } from 'vitest';
import { whyOrphan, type Suspect } from '../../../src/app/orphans.ts';
import { VERSION } from '../../../src/core/version.ts';
import type { SandboxListing } from '../../../src/sandbox/sandbox.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 10 * HOUR_MS;
const rule = { owner: 'me', idleMs: HOUR_MS, nowMs: NOW_MS, all: false };

const metadata = {
  'iris.name': 'default',
  'iris.project': '/p',
  'iris.version': VERSION,
  'iris.network': 'no',
  'iris.secrets': 'none',
  'iris.owner': 'me',
  'iris.shared': 'yes',
};
const old: SandboxListing = { id: 'old', metadata, state: 'paused', startedAtMs: 0, endAtMs: NOW_MS };
const newer = { ...old, id: 'newer', startedAtMs: NOW_MS - 2 * HOUR_MS };
const own = { ...old, metadata: { ...metadata, 'iris.shared': 'no' } };

const why = (
  suspect: Partial<Suspect>,
  { everything = [old], ...more }: { everything?: SandboxListing[]; all?: boolean } = {},
): string | undefined =>
  whyOrphan({ listing: old, isKnown: false, isBusy: false, isProjectGone: false, ...suspect }, everything, {
    ...rule,
    ...more,
  });

describe('whyOrphan()', () => {
  test('finds what no later run comes back to', () => {
    expect(why({ isProjectGone: true })).toBe('its project is gone');
    expect(why({ isProjectGone: true, isKnown: true })).toBe('its project is gone');
    expect(why({ listing: own })).toBe('it was for one run');
    expect(why({}, { everything: [old, newer] })).toBe('a newer one has its place');
  });

  test('leaves what a later run would resume, unless all are asked for', () => {
    const earlier = { ...old, metadata: { ...metadata, 'iris.version': '0.0.0' } };

    expect(why({})).toBeUndefined();
    expect(why({}, { all: true })).toBe('nothing uses it now');
    expect(why({ listing: earlier })).toBeUndefined();
    expect(why({ listing: earlier }, { all: true })).toBe('another version made it');
    expect(why({ listing: newer }, { everything: [old, newer] })).toBeUndefined();
  });

  test.each<[string, Partial<Suspect>]>([
    ['of somebody else', { listing: { ...own, metadata: { ...own.metadata, 'iris.owner': 'you' } } }],
    ['without an owner', { listing: { ...own, metadata: { 'iris.name': 'a', 'iris.project': '/p' } } }],
    ['that a run uses', { isBusy: true, isKnown: true, isProjectGone: true }],
    ['that this daemon knows', { listing: own, isKnown: true }],
    ['younger than its idle time', { listing: { ...own, startedAtMs: NOW_MS - HOUR_MS } }],
  ])('never takes one %s', (_what, suspect) => {
    expect(why(suspect, { all: true })).toBeUndefined();
  });

  test('takes no other project, name or choice of network for the newer one', () => {
    for (const key of [
      'iris.project',
      'iris.name',
      'iris.network',
      'iris.secrets',
      'iris.version',
      'iris.owner',
    ]) {
      const other = { ...newer, metadata: { ...metadata, [key]: 'other' } };
      expect(why({}, { everything: [old, other] })).toBeUndefined();
    }
  });
});
