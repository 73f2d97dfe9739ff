/** A JSON Schema, of which only some keys are known. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Keys that are kept as they are; patterns and bounds of lengths are left to the check of the call. */
const KEPT: ReadonlySet<string> = new Set([
  'type',
  'description',
  'enum',
  'const',
  'default',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'required',
]);
const LARGEST_BOUND = 100;

/**
 * Shortens a JSON Schema for a list that a model reads with every request.
 *
 * It lets in all that the whole schema lets in; objects that lie deeper than `depth` lose their properties.
 */
export function compactSchema(schema: JsonSchema, depth: number): JsonSchema {
  // References lead to what may be any JSON.
  if ('$ref' in schema) return pick(schema, ['description', 'default']);
  const kinds = kindsOf(schema);
  if (kinds !== undefined) return { ...pick(schema, ['description']), ...kinds };
  const options = schema['anyOf'] ?? schema['oneOf'];
  const compact: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) if (isKept(key, value, schema)) compact[key] = value;
  if (Array.isArray(options)) Object.assign(compact, compactOptions(options, depth));
  if (isSchema(schema['items'])) compact['items'] = compactSchema(schema['items'], depth);
  const { properties } = schema;
  if (isSchema(properties) && depth > 0) {
    compact['properties'] = mapValues(properties, (property) => compactSchema(property, depth - 1));
    if (schema['additionalProperties'] === false) compact['additionalProperties'] = false;
  } else delete compact['required'];
  return compact;
}

/**
 * The names and types of what every answer holds, and nothing of what lies deeper.
 *
 * It requires nothing: some clients hold even the description of a failure against it.
 */
export function outlineSchema({ properties, required }: JsonSchema): JsonSchema {
  if (!isSchema(properties)) return { type: 'object' };
  const always = new Set(Array.isArray(required) ? required : []);
  // An answer that holds none of its keys always is told of with all of them.
  const told =
    always.size === 0 ? Object.keys(properties) : Object.keys(properties).filter((key) => always.has(key));
  return { type: 'object', properties: mapValues(pick(properties, told), toTypeOnly) };
}

function toTypeOnly(schema: JsonSchema): JsonSchema {
  const options = schema['anyOf'] ?? schema['oneOf'];
  const types = Array.isArray(options)
    ? options.filter(isSchema).map((option) => option['type'])
    : [schema['type']];
  const distinct = [...new Set(types.flat())];
  if (distinct.includes(undefined)) return {};
  return { type: distinct.length === 1 ? distinct[0] : distinct };
}

/** Tells whether a value is a JSON Schema that is no mere `true` or `false`. */
function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects that differ by a constant key become one object with the possible constants. */
function kindsOf(schema: JsonSchema): JsonSchema | undefined {
  const options = schema['oneOf'];
  if (!Array.isArray(options) || options.length < 2) return undefined;
  const kinds = options.map((option: unknown) => constantOf(option));
  const name = kinds[0]?.name;
  if (name === undefined || kinds.some((kind) => kind?.name !== name)) return undefined;
  const values = kinds.map((kind) => kind?.value);
  return { type: 'object', properties: { [name]: { enum: values } }, required: [name] };
}

function constantOf(option: unknown): { readonly name: string; readonly value: unknown } | undefined {
  if (!isSchema(option) || !isSchema(option['properties'])) return undefined;
  for (const [name, property] of Object.entries(option['properties'])) {
    if (isSchema(property) && 'const' in property) return { name, value: property['const'] };
  }
  return undefined;
}

function compactOptions(options: readonly unknown[], depth: number): JsonSchema {
  const all = options.filter(isSchema).map((option) => compactSchema(option, depth));
  const isPlainText = all.some(
    (option) => Object.keys(option).join() === 'type' && option['type'] === 'string',
  );
  const compact = isPlainText
    ? all.filter(({ type, format }) => type !== 'string' || format === undefined)
    : all;
  const distinct = [...new Map(compact.map((option) => [JSON.stringify(option), option])).values()];
  return distinct.length === 1 ? { ...distinct[0] } : { anyOf: distinct };
}

function isKept(key: string, value: unknown, { type }: JsonSchema): boolean {
  // What a model would not do anyway need not be forbidden to it in the list.
  if (key.endsWith('imum'))
    return type !== 'integer' && value !== 0 && Math.abs(Number(value)) <= LARGEST_BOUND;
  if (key === 'default') return value !== false && typeof value !== 'object';
  return key === 'format' ? value === 'date-time' : KEPT.has(key);
}

function mapValues(schema: JsonSchema, map: (property: JsonSchema) => JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([name, property]) => [name, isSchema(property) ? map(property) : property]),
  );
}

function pick(schema: JsonSchema, keys: readonly string[]): JsonSchema {
  return Object.fromEntries(keys.flatMap((key) => (key in schema ? [[key, schema[key]]] : [])));
}
