import { describe, expect, test } from 'vitest';
import { prepareEvent } from '../../../../src/tools/telemetry/prepare-event.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const OTHER = '1af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const options = { caller: { agentId: 'caller', sessionId: 's', traceId: OTHER }, capturesContent: false };

describe('prepareEvent()', () => {
  test('takes the names of the first IRIS', () => {
    const event = prepareEvent(
      {
        event: 'expert.called',
        metadata: {
          expert_id: 'e1',
          latency_ms: 12.5,
          confidence: 0.9,
          outcome: 'success',
          model_name: 'm',
          prompt_tokens: 10,
          completion_tokens: 5,
          cost_usd: 0.01,
        },
      },
      options,
    );

    expect(event).toMatchObject({
      agentId: 'e1',
      durationMs: 12.5,
      outcome: 'success',
      sessionId: 's',
      kind: 'event',
    });
    expect(event['attributes']).toEqual({
      'gen_ai.agent.id': 'e1',
      'iris.latency_ms': 12.5,
      'iris.confidence': 0.9,
      outcome: 'success',
      'gen_ai.request.model': 'm',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      'iris.cost_usd': 0.01,
    });
  });

  test('reads what OpenTelemetry says, and keeps its names', () => {
    const attributes = {
      'gen_ai.conversation.id': 'c1',
      'gen_ai.agent.id': 'a1',
      'error.type': 'TimeoutError',
    };
    const event = prepareEvent({ event: 'chat', attributes }, options);

    expect(event).toMatchObject({ sessionId: 'c1', agentId: 'a1', outcome: 'failure', attributes });
  });

  test('prefers what is said outright, and session.id to the conversation', () => {
    const attributes = { 'session.id': 's1', 'gen_ai.conversation.id': 'c1', 'error.type': 'x' };
    const event = prepareEvent({ event: 'chat', attributes, outcome: 'timeout', agentId: 'own' }, options);

    expect(event).toMatchObject({ sessionId: 's1', agentId: 'own', outcome: 'timeout' });
  });

  test('leaves out what a conversation contains unless that was asked for', () => {
    const attributes = { 'gen_ai.input.messages': [{ role: 'user' }], 'gen_ai.operation.name': 'chat' };

    expect(prepareEvent({ event: 'chat', attributes }, options)['attributes']).toEqual({
      'gen_ai.operation.name': 'chat',
      'iris.content_left_out': ['gen_ai.input.messages'],
    });
    expect(
      prepareEvent({ event: 'chat', attributes }, { ...options, capturesContent: true })['attributes'],
    ).toEqual(attributes);
  });

  test('takes its trace and its parent from a traceparent, and no parent out of another trace', () => {
    const traceparent = `00-${TRACE}-${SPAN}-01`;

    expect(prepareEvent({ event: 'x', traceparent }, options)).toMatchObject({
      traceId: TRACE,
      parentSpanId: SPAN,
    });
    expect(prepareEvent({ event: 'x', traceparent, traceId: OTHER }, options)).not.toHaveProperty(
      'parentSpanId',
    );
    expect(prepareEvent({ event: 'x', traceparent: 'nonsense' }, options)).toMatchObject({ traceId: OTHER });
  });

  test('makes a span of what has an end, and a number of a level', () => {
    const event = prepareEvent({ event: 'x', endTime: '2026-01-01T00:00:00Z', severity: 'warn' }, options);

    expect(event).toMatchObject({ kind: 'span', severity: 13 });
  });
});
