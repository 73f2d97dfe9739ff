/** What is known of a value's form and nothing of its content; a part of JSON Schema. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly additionalProperties?: Shape;
}

const MAX_DEPTH = 8;
const MAX_ITEMS = 50;
/** An object with more keys is a table, whose keys are data. */
const MAX_KEYS = 60;

/** The form of a value. */
export function shapeOf(value: unknown, depth = 0): Shape {
  if (value === null) return { type: 'null' };
  if (depth > MAX_DEPTH) return {};
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => shapeOf(item, depth + 1));
    return items.length === 0 ? { type: 'array' } : { type: 'array', items: items.reduce(mergeShapes) };
  }
  if (typeof value !== 'object') return { type: typeof value };
  const entries = Object.entries(value).map(([key, item]) => [key, shapeOf(item, depth + 1)] as const);
  if (entries.length > MAX_KEYS) return toTable(entries.map(([, shape]) => shape));
  return {
    type: 'object',
    properties: Object.fromEntries(entries),
    required: entries.map(([key]) => key),
  };
}

/** The form that both values have. */
export function mergeShapes(left: Shape, right: Shape): Shape {
  const types = [...new Set([...typesOf(left), ...typesOf(right)])];
  const [type] = types;
  if (type === undefined) return {};
  const isBoth = typesOf(left).some((one) => typesOf(right).includes(one));
  const objects = [left, right].filter((shape) => typesOf(shape).includes('object'));
  const items = [left.items, right.items].filter((shape) => shape !== undefined);
  return {
    type: types.length === 1 ? type : types,
    ...(items.length === 0 ? {} : { items: items.reduce(mergeShapes) }),
    ...(objects.length === 2 && isBoth ? mergeObjects(left, right) : membersOf(objects[0])),
  };
}

function mergeObjects(left: Shape, right: Shape): Shape {
  const tables = [left.additionalProperties, right.additionalProperties].filter(
    (shape) => shape !== undefined,
  );
  const all = { ...left.properties, ...right.properties };
  if (tables.length > 0 || Object.keys(all).length > MAX_KEYS)
    return membersOf(toTable([...tables, ...valuesOf(left), ...valuesOf(right)]));
  const keys = Object.keys(all).map((key) => {
    const shapes = [left.properties?.[key], right.properties?.[key]].filter((shape) => shape !== undefined);
    return [key, shapes.reduce(mergeShapes)] as const;
  });
  return {
    properties: Object.fromEntries(keys),
    required: (left.required ?? []).filter((key) => right.required?.includes(key) === true),
  };
}

function toTable(values: readonly Shape[]): Shape {
  return { type: 'object', additionalProperties: values.length === 0 ? {} : values.reduce(mergeShapes) };
}

function membersOf(shape: Shape | undefined): Shape {
  const { properties, required, additionalProperties } = shape ?? {};
  if (additionalProperties !== undefined) return { additionalProperties };
  return properties === undefined ? {} : { properties, required: required ?? [] };
}

function valuesOf({ properties = {} }: Shape): readonly Shape[] {
  return Object.values(properties);
}

function typesOf({ type }: Shape): readonly string[] {
  if (type === undefined) return [];
  return typeof type === 'string' ? [type] : type;
}
