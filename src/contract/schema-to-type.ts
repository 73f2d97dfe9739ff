/** What of JSON Schema a type of TypeScript can say. */
interface Schema {
  readonly type?: unknown;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly anyOf?: unknown;
  readonly oneOf?: unknown;
  readonly allOf?: unknown;
  readonly $ref?: unknown;
  readonly items?: unknown;
  readonly prefixItems?: unknown;
  readonly properties?: unknown;
  readonly required?: unknown;
  readonly additionalProperties?: unknown;
  readonly description?: unknown;
}

const MAX_DEPTH = 12;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Where in a schema the writing is, and what its references lead to. */
interface Place {
  readonly root: unknown;
  readonly depth: number;
}

/** Writes a JSON Schema as a type of TypeScript; what the type cannot say becomes `unknown`. */
export function schemaToType(schema: unknown): string {
  return typeAt(schema, { root: schema, depth: 0 });
}

function typeAt(schema: unknown, place: Place): string {
  if (!isSchema(schema) || place.depth > MAX_DEPTH) return 'unknown';
  if (typeof schema.$ref === 'string') return referredType(schema.$ref, place);
  if (schema.const !== undefined) return literal(schema.const);
  if (Array.isArray(schema.enum)) return union(schema.enum.map(literal));
  for (const choices of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(choices)) return union(choices.map((choice) => typeAt(choice, below(place))));
  }
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map((part) => typeAt(part, below(place))).filter((part) => part !== 'unknown');
    return parts.length === 0 ? 'unknown' : parts.map(parenthesised).join(' & ');
  }
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => typeAt({ ...schema, type }, below(place))));
  }
  return simpleType(schema, place);
}

/** A reference to a place in the same schema; one that leads back to itself, such as to any JSON, says nothing. */
function referredType(ref: string, place: Place): string {
  const found = follow(ref, place.root);
  return found === undefined || refsIn(found, place.root, new Set()).has(ref)
    ? 'unknown'
    : typeAt(found, below(place));
}

function follow(ref: string, root: unknown): unknown {
  if (!ref.startsWith('#/')) return undefined;
  let found: unknown = root;
  for (const step of ref.slice(2).split('/')) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

/** Every reference that a part of a schema leads to. */
function refsIn(part: unknown, root: unknown, seen: Set<string>): ReadonlySet<string> {
  if (typeof part !== 'object' || part === null) return seen;
  for (const [key, value] of Object.entries(part)) {
    if (key !== '$ref' || typeof value !== 'string') refsIn(value, root, seen);
    else if (!seen.has(value)) refsIn(follow(value, root), root, seen.add(value));
  }
  return seen;
}

function below(place: Place): Place {
  return { ...place, depth: place.depth + 1 };
}

function simpleType(schema: Schema, place: Place): string {
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return arrayType(schema, place);
    case 'object':
      return objectType(schema, place);
    default:
      return isSchema(schema.properties) ? objectType(schema, place) : 'unknown';
  }
}

function arrayType({ items, prefixItems }: Schema, place: Place): string {
  if (Array.isArray(prefixItems))
    return `[${prefixItems.map((item) => typeAt(item, below(place))).join(', ')}]`;
  return `${parenthesised(typeAt(items, below(place)))}[]`;
}

function objectType({ properties, required, additionalProperties: rest }: Schema, place: Place): string {
  const names = isSchema(properties) ? Object.entries(properties) : [];
  const isRequired = new Set(Array.isArray(required) ? required : []);
  const others = rest === undefined || rest === false ? undefined : typeAt(rest, below(place));
  if (names.length === 0)
    return rest === false ? 'Record<string, never>' : `Record<string, ${others ?? 'unknown'}>`;
  const pad = '  '.repeat(place.depth + 1);
  const lines = names.map(([name, value]) => {
    const key = IDENTIFIER.test(name) ? name : JSON.stringify(name);
    const mark = isRequired.has(name) ? '' : '?';
    return `${comment(value, pad)}${pad}${key}${mark}: ${typeAt(value, below(place))};\n`;
  });
  // What may come beside the known keys is only there for whoever asks for it by name.
  if (others !== undefined) lines.push(`${pad}[key: string]: unknown;\n`);
  return `{\n${lines.join('')}${'  '.repeat(place.depth)}}`;
}

function comment(schema: unknown, pad: string): string {
  const text = isSchema(schema) ? schema.description : undefined;
  return typeof text === 'string' ? `${pad}/** ${docText(text)} */\n` : '';
}

/** Text of a stranger as the inside of a comment: on one line, and unable to end it. */
export function docText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('*/', '*\\/').trim();
}

function union(types: readonly string[]): string {
  const distinct = [...new Set(types)];
  if (distinct.length === 0 || distinct.includes('unknown')) return 'unknown';
  return distinct.map(parenthesised).join(' | ');
}

function parenthesised(type: string): string {
  return / [|&] /.test(type) && !/^[{[(]/.test(type) ? `(${type})` : type;
}

function literal(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'unknown' : (JSON.stringify(value) ?? 'unknown');
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
