import { telemetryQuery } from '../../contract/tools/telemetry.ts';
import { invalidInput } from '../toolbox/invalid-input.ts';
import { renameAttributes } from './map-attributes.ts';
import { severityNumber } from './severity.ts';

/** Checks which events are asked for, as telemetry_query takes it. Throws IRIS_INVALID_ARGUMENT with the place. */
export function parseEventQuery(given: unknown): Readonly<Record<string, unknown>> {
  const parsed = telemetryQuery.input.safeParse(given);
  if (!parsed.success) throw invalidInput(telemetryQuery, parsed.error);
  const { minSeverity, attributes, order: _order, ...query } = parsed.data;
  return {
    ...query,
    minSeverity: minSeverity === undefined ? undefined : severityNumber(minSeverity),
    attributes: attributes === undefined ? undefined : renameAttributes(attributes),
  };
}
