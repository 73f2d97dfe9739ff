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

/** Writes a JSON Schema as a type of TypeScript; what the type cannot say becomes `unknown`. */
export function schemaToType(schema: unknown, depth = 0): string {
  if (!isSchema(schema) || depth > MAX_DEPTH) return 'unknown';
  if (schema.const !== undefined) return literal(schema.const);
  if (Array.isArray(schema.enum)) return union(schema.enum.map(literal));
  for (const choices of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(choices)) return union(choices.map((choice) => schemaToType(choice, depth + 1)));
  }
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf
      .map((part) => schemaToType(part, depth + 1))
      .filter((part) => part !== 'unknown');
    return parts.length === 0 ? 'unknown' : parts.map(parenthesised).join(' & ');
  }
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => schemaToType({ ...schema, type }, depth + 1)));
  }
  return simpleType(schema, depth);
}

function simpleType(schema: Schema, depth: number): string {
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
      return arrayType(schema, depth);
    case 'object':
      return objectType(schema, depth);
    default:
      return isSchema(schema.properties) ? objectType(schema, depth) : 'unknown';
  }
}

function arrayType({ items, prefixItems }: Schema, depth: number): string {
  if (Array.isArray(prefixItems))
    return `[${prefixItems.map((item) => schemaToType(item, depth + 1)).join(', ')}]`;
  return `${parenthesised(schemaToType(items, depth + 1))}[]`;
}

function objectType({ properties, required, additionalProperties: rest }: Schema, depth: number): string {
  const names = isSchema(properties) ? Object.entries(properties) : [];
  const isRequired = new Set(Array.isArray(required) ? required : []);
  const others = rest === undefined || rest === false ? undefined : schemaToType(rest, depth + 1);
  if (names.length === 0)
    return rest === false ? 'Record<string, never>' : `Record<string, ${others ?? 'unknown'}>`;
  const pad = '  '.repeat(depth + 1);
  const lines = names.map(([name, value]) => {
    const key = IDENTIFIER.test(name) ? name : JSON.stringify(name);
    const mark = isRequired.has(name) ? '' : '?';
    return `${comment(value, pad)}${pad}${key}${mark}: ${schemaToType(value, depth + 1)};\n`;
  });
  // What may come beside the known keys is only there for whoever asks for it by name.
  if (others !== undefined) lines.push(`${pad}[key: string]: unknown;\n`);
  return `{\n${lines.join('')}${'  '.repeat(depth)}}`;
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
