import { IrisError } from '../../../core/errors.ts';

interface Numbered {
  /** Where it begins, for messages. */
  readonly line: number;
  readonly document: unknown;
}

/** Reads one document of JSON, or one a line as OpenTelemetry's collector writes them. Throws FILE_UNREADABLE. */
export function readDocuments(text: string, file: string): readonly Numbered[] {
  const whole = parse(text);
  if (whole.error === undefined) return [{ line: 1, document: whole.value }];
  const lines = text.split('\n').map((line, at) => ({ line: at + 1, text: line.trim() }));
  const filled = lines.filter((line) => line.text !== '');
  // A document over several lines that is broken: its first line alone says nothing about the place.
  if (filled.length < 2 || parse(filled[0]?.text ?? '').error !== undefined) {
    throw unreadable(file, whole.error);
  }
  return filled.map(({ line, text: one }) => {
    const { value, error } = parse(one);
    if (error === undefined) return { line, document: value };
    throw unreadable(`line ${line} of ${file}`, error);
  });
}

function parse(text: string): { readonly value?: unknown; readonly error?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function unreadable(place: string, reason: string): IrisError {
  return new IrisError('FILE_UNREADABLE', `There is no JSON in ${place}: ${reason}`, {
    hint: 'It takes OTLP/JSON: one document, or one on each line. Nothing was imported.',
  });
}
