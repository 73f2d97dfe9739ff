import { ConnectFailure } from '../../core/connect-failure.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses the JSON object of a request; an empty body is an empty object. Throws invalid_argument. */
export function parseJsonObject(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (isJsonObject(parsed)) return parsed;
  } catch (cause) {
    throw new ConnectFailure('invalid_argument', `unmarshal message: ${String(cause)}`, { cause });
  }
  throw new ConnectFailure('invalid_argument', 'unmarshal message: not an object');
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that is an object, if it is there. Throws invalid_argument when it is something else. */
export function objectField(object: JsonObject, name: string): JsonObject | undefined {
  const value = present(object, name);
  if (value === undefined || isJsonObject(value)) return value;
  throw wrongType(name, 'an object');
}

/** A field that is a text, if it is there. Throws invalid_argument when it is something else. */
export function textField(object: JsonObject, name: string): string | undefined {
  const value = present(object, name);
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(name, 'a string');
}

/** A field that is a whole number, also as protobuf's JSON writes large ones: in quotes. */
export function integerField(object: JsonObject, name: string): number | undefined {
  const value = present(object, name);
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw wrongType(name, 'an integer');
}

export function booleanField(object: JsonObject, name: string): boolean | undefined {
  const value = present(object, name);
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrongType(name, 'a boolean');
}

export function textListField(object: JsonObject, name: string): string[] {
  const value = present(object, name) ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrongType(name, 'a list of strings');
}

export function textMapField(object: JsonObject, name: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(objectField(object, name) ?? {})) {
    if (typeof value !== 'string') throw wrongType(name, 'an object of strings');
    texts[key] = value;
  }
  return texts;
}

/** In protobuf's JSON null stands for absent. */
function present(object: JsonObject, name: string): unknown {
  return object[name] ?? undefined;
}

function wrongType(name: string, expected: string): ConnectFailure {
  return new ConnectFailure('invalid_argument', `unmarshal message: ${name} is not ${expected}`);
}
