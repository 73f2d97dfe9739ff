import type { Suspect } from './find-suspects.ts';
import type { Stamps } from './file-stamps.ts';

/** The first line of a stored bundle. */
export interface BundleHeader {
  readonly key: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly inputs: readonly string[];
  readonly callsTools: boolean;
  readonly suspects: readonly Suspect[];
  readonly warnings: readonly string[];
  readonly stamps: Stamps;
}

/** Reads the header of a stored bundle; anything that is not one gives undefined. */
export function parseHeader(line: string): BundleHeader | undefined {
  const header = parseJson(line);
  return isHeader(header) ? header : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHeader(value: unknown): value is BundleHeader {
  return (
    isRecord(value) &&
    typeof value['key'] === 'string' &&
    typeof value['fileName'] === 'string' &&
    typeof value['sha256'] === 'string' &&
    isTextList(value['inputs']) &&
    typeof value['callsTools'] === 'boolean' &&
    isSuspectList(value['suspects']) &&
    isTextList(value['warnings']) &&
    isStamps(value['stamps'])
  );
}

function isSuspectList(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every(
    (one) => isRecord(one) && typeof one['file'] === 'string' && typeof one['look'] === 'string',
  );
}

function isStamps(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value['files']) || !isRecord(value['folders'])) return false;
  return (
    Object.values(value['files']).every((stamp) => typeof stamp === 'string') &&
    Object.values(value['folders']).every((stamp) => isTextList(stamp) && stamp.length === 2)
  );
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
