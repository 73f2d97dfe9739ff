import { isJsonObject, type Json, type JsonObject } from '../json/json.ts';

/** What people and models wrote: OpenTelemetry asks for it only where somebody opted in. */
const CONTENT = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.prompt',
  'gen_ai.completion',
] as const;

/** Leaves out what conversations contain, and says which attributes that were. */
export function withoutContent(attributes: JsonObject): JsonObject {
  const left = CONTENT.filter((name) => attributes[name] !== undefined);
  if (left.length === 0) return attributes;
  const kept = Object.entries(attributes).filter(([key]) => !left.some((name) => name === key));
  return { ...Object.fromEntries(kept), 'iris.content_left_out': [...left] };
}

/** The same for anything in JSON, however deep. */
export function withoutContentWithin(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => withoutContentWithin(item));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(withoutContent(value));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutContentWithin(item)]));
}
