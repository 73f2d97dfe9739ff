import { isJsonObject, type Json, type JsonObject } from '../../json/json.ts';
import { fromKeyValues, type ValueTypes } from './any-value.ts';

/** A span or log record with the resource and scope it came from. */
export interface OtlpRecord {
  readonly record: JsonObject;
  readonly resource: JsonObject;
  readonly scope: JsonObject;
  readonly types: ValueTypes;
}

export interface GroupNames {
  readonly resources: 'resourceSpans' | 'resourceLogs';
  readonly scopes: 'scopeSpans' | 'scopeLogs';
  readonly records: 'spans' | 'logRecords';
}

/** Lists the records of an export one by one. Unknown fields are left where they are, as OTLP wants it. */
export function readGroups(given: Json, names: GroupNames): readonly OtlpRecord[] {
  return objectsIn(given, names.resources).flatMap((ofResource) => {
    const resource = flatten(ofResource, 'resource');
    return objectsIn(ofResource, names.scopes).flatMap((ofScope) => {
      const scope = flatten(ofScope, 'scope');
      const types = { ...resource.types, ...scope.types };
      return objectsIn(ofScope, names.records).map((record) => ({
        record,
        resource: resource.value,
        scope: scope.value,
        types,
      }));
    });
  });
}

/** The objects in a list of an object. */
export function objectsIn(given: Json | undefined, name: string): readonly JsonObject[] {
  const list = isJsonObject(given) ? given[name] : undefined;
  return Array.isArray(list) ? list.filter((item) => isJsonObject(item)) : [];
}

/** A resource or scope with its attributes as plain JSON, and with the schema that stands beside it. */
function flatten(
  group: JsonObject,
  name: 'resource' | 'scope',
): { readonly value: JsonObject; readonly types: ValueTypes } {
  const given = group[name];
  const own = isJsonObject(given) ? given : {};
  const attributes = fromKeyValues(own['attributes'], name);
  const schema: JsonObject = typeof group['schemaUrl'] === 'string' ? { schemaUrl: group['schemaUrl'] } : {};
  return { value: { ...own, ...schema, attributes: attributes.value }, types: attributes.types };
}
