import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { RunEventJson } from '../../../src/contract/run-event.ts';
import type { runEventLine } from '../../../src/contract/run-event-schema.ts';

test('what is published of the events of a run is what is printed', () => {
  expectTypeOf<RunEventJson['type']>().toEqualTypeOf<z.infer<typeof runEventLine>['type']>();
  expectTypeOf<z.infer<typeof runEventLine>['v']>().toEqualTypeOf<1>();
});
