import { isJsonObject, type Json, type JsonObject } from '../../json/json.ts';

/** What plain JSON cannot tell apart, by the path of the value: a whole number that was a double, an int64, bytes. */
export type ValueTypes = Readonly<Record<string, 'double' | 'int' | 'bytes'>>;

export interface PlainValue {
  readonly value: Json;
  readonly types: ValueTypes;
}

const MAX_DEPTH = 32;

/** Makes plain JSON of an AnyValue of OTLP/JSON. What is no AnyValue becomes null. */
export function fromAnyValue(any: Json | undefined, path: string, depth = 0): PlainValue {
  if (!isJsonObject(any) || depth > MAX_DEPTH) return plain(null);
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = any;
  if (typeof stringValue === 'string') return plain(stringValue);
  if (typeof boolValue === 'boolean') return plain(boolValue);
  if (intValue !== undefined) return fromInt(intValue, path);
  if (doubleValue !== undefined) return fromDouble(doubleValue, path);
  if (arrayValue !== undefined) {
    const parts = itemsOf(arrayValue).map((item, i) => fromAnyValue(item, `${path}/${i}`, depth + 1));
    return { value: parts.map(({ value }) => value), types: mergeTypes(parts) };
  }
  if (kvlistValue !== undefined) return fromKeyValues(kvlistValue, path, depth + 1);
  return typeof bytesValue === 'string' ? { value: bytesValue, types: { [path]: 'bytes' } } : plain(null);
}

/** Makes an object of a list of keys and values. */
export function fromKeyValues(
  list: Json | undefined,
  path: string,
  depth = 0,
): { readonly value: JsonObject; readonly types: ValueTypes } {
  const pairs = itemsOf(list).flatMap((item) =>
    isJsonObject(item) && typeof item['key'] === 'string'
      ? [{ key: item['key'], ...fromAnyValue(item['value'], `${path}/${item['key']}`, depth) }]
      : [],
  );
  return { value: Object.fromEntries(pairs.map(({ key, value }) => [key, value])), types: mergeTypes(pairs) };
}

/** Makes an AnyValue of plain JSON. */
export function toAnyValue(value: Json, path: string, types: ValueTypes): JsonObject {
  const type = Object.hasOwn(types, path) ? types[path] : undefined;
  if (value === null) return {};
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'string') return toText(value, type);
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && type !== 'double'
      ? { intValue: String(value) }
      : { doubleValue: value };
  if (Array.isArray(value))
    return { arrayValue: { values: value.map((item, i) => toAnyValue(item, `${path}/${i}`, types)) } };
  return { kvlistValue: { values: toKeyValues(value, path, types) } };
}

/** Makes a list of keys and values of an object. */
export function toKeyValues(object: JsonObject, path: string, types: ValueTypes): JsonObject[] {
  return Object.entries(object).map(([key, value]) => ({
    key,
    value: toAnyValue(value, `${path}/${key}`, types),
  }));
}

/** The items of a list; some writers leave out the "values" around them. */
function itemsOf(list: Json | undefined): readonly Json[] {
  if (Array.isArray(list)) return list;
  const values = isJsonObject(list) ? list['values'] : undefined;
  return Array.isArray(values) ? values : [];
}

function fromInt(int: Json, path: string): PlainValue {
  const number = Number(int);
  if (Number.isSafeInteger(number)) return plain(number);
  const isInt64 = typeof int === 'number' || (typeof int === 'string' && /^-?\d{1,20}$/.test(int));
  return isInt64 ? { value: String(int), types: { [path]: 'int' } } : plain(null);
}

function fromDouble(double: Json, path: string): PlainValue {
  if (double === 'NaN' || double === 'Infinity' || double === '-Infinity')
    return { value: double, types: { [path]: 'double' } };
  const number = Number(double);
  if (!Number.isFinite(number)) return plain(null);
  return { value: number, types: Number.isSafeInteger(number) ? { [path]: 'double' } : {} };
}

function toText(value: string, type: ValueTypes[string] | undefined): JsonObject {
  return type === undefined ? { stringValue: value } : { [`${type}Value`]: value };
}

function mergeTypes(parts: readonly { readonly types: ValueTypes }[]): ValueTypes {
  return Object.fromEntries(parts.flatMap(({ types }) => Object.entries(types)));
}

function plain(value: Json): PlainValue {
  return { value, types: {} };
}
