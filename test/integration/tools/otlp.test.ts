import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { telemetryLog, telemetryQuery, telemetryTrace } from '../../../src/contract/tools/telemetry.ts';
import type { JsonObject } from '../../../src/tools/json/json.ts';
import { readOtlp, storeOtlp } from '../../../src/tools/telemetry/transfer-otlp.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';
const prepare = { caller: {}, capturesContent: false };

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

function fixture(name: string): JsonObject {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/otlp', name), 'utf8'));
}

async function readAll(
  projectId: string,
): Promise<{ readonly traces: JsonObject[]; readonly logs: JsonObject[] }> {
  const pages = { traces: [] as JsonObject[], logs: [] as JsonObject[] };
  for await (const { traces, logs } of readOtlp(
    { since: '2018-01-01T00:00:00Z' },
    { store: db.store(projectId) },
  )) {
    pages.traces.push(traces);
    pages.logs.push(logs);
  }
  return pages;
}

describe('OTLP', () => {
  test('goes through the database and comes out the same; the second time it is a duplicate', async () => {
    const store = db.store('p1');
    const given = fixture('trace.json');
    const first = await storeOtlp(given, prepare, { store });
    const second = await storeOtlp(given, prepare, { store });
    await storeOtlp(fixture('events.json'), prepare, { store });

    expect(first).toEqual({ accepted: 1, duplicates: 0, rejected: 0, answer: {} });
    expect(second).toMatchObject({ accepted: 0, duplicates: 1 });
    const { traces, logs } = await readAll('p1');
    expect(traces).toHaveLength(1);
    expect(JSON.stringify(traces[0])).toContain(
      `"traceId":"${TRACE}","spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173"`,
    );
    expect(JSON.stringify(traces[0])).toContain('"startTimeUnixNano":"1544712660000000000"');
    expect(JSON.stringify(logs[0])).toContain('"title"');
  });

  test('is found and shown like any other event', async () => {
    const store = db.store('p2');
    await storeOtlp(fixture('trace.json'), prepare, { store });
    await storeOtlp(fixture('events.json'), prepare, { store });
    const project = { projectId: 'p2' };
    const since = '2018-01-01T00:00:00Z';

    const trace = await db.call(telemetryTrace, { traceId: TRACE }, project);
    const { events } = await db.call(telemetryQuery, { text: 'GUID Generator', since }, project);

    expect(trace).toMatchObject({
      durationMs: 1000,
      roots: [{ event: "I'm a server span", isOrphan: true, startedAt: '2018-12-13T14:51:00.000Z' }],
    });
    expect(events).toMatchObject([
      { event: 'browser.page_view', severity: 9, body: { title: 'Free Online GUID Generator' } },
    ]);
  });

  test('takes more than one batch, and gives more than one page', async () => {
    const store = db.store('p3');
    const spans = Array.from({ length: 1201 }, (_, i) => ({
      traceId: TRACE,
      spanId: (i + 1).toString(16).padStart(16, '0'),
      name: `s${i}`,
      startTimeUnixNano: `${1_544_712_660_000_000 + i}000`,
      endTimeUnixNano: `${1_544_712_660_000_001 + i}000`,
    }));
    const receipt = await storeOtlp({ resourceSpans: [{ scopeSpans: [{ spans }] }] }, prepare, { store });

    expect(receipt.accepted).toBe(1201);
    const { traces } = await readAll('p3');
    expect(traces.map((one) => JSON.stringify(one).split('"spanId"').length - 1)).toEqual([1000, 201]);
  });

  test('shows the events of iris with their session and outcome', async () => {
    await db.call(telemetryLog, { event: 'a', sessionId: 's', outcome: 'failure' }, { projectId: 'p4' });
    const { logs } = await readAll('p4');

    expect(JSON.stringify(logs)).toContain('"eventName":"a"');
    expect(JSON.stringify(logs)).toContain('{"key":"session.id","value":{"stringValue":"s"}}');
  });
});
