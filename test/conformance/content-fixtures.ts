import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServer } from '@modelcontextprotocol/server';

/** One red pixel. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
/** A sound without a sample. */
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';
const PAUSE_MS = 50;

/** The tools that the conformance suite asks for by name: each kind of content, failure, progress and logs. */
export function registerContentTools(server: McpServer): void {
  const text = (said: string) => ({ type: 'text' as const, text: said });
  const tool = (name: string) => [name, { description: `Fixture ${name}` }] as const;
  const image = { type: 'image' as const, data: PNG, mimeType: 'image/png' };

  server.registerTool(...tool('test_simple_text'), () => ({
    content: [text('This is a simple text response for testing.')],
  }));
  server.registerTool(...tool('test_image_content'), () => ({ content: [image] }));
  server.registerTool(...tool('test_audio_content'), () => ({
    content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  }));
  server.registerTool(...tool('test_embedded_resource'), () => ({
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  }));
  server.registerTool(...tool('test_multiple_content_types'), () => ({
    content: [
      text('Multiple content types test:'),
      image,
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: JSON.stringify({ test: 'data', value: 123 }),
        },
      },
    ],
  }));
  server.registerTool(...tool('test_error_handling'), () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  server.registerTool(...tool('test_tool_with_progress'), async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        const params = { progressToken, progress, total: 100 };
        await mcpReq.notify({ method: 'notifications/progress', params });
      }
      await sleep(PAUSE_MS);
    }
    return { content: [text('done')] };
  });
  for (const name of ['test_tool_with_logging', 'test_logging_tool']) {
    server.registerTool(...tool(name), async ({ mcpReq }) => {
      for (const said of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await mcpReq.log('info', said);
        await sleep(PAUSE_MS);
      }
      return { content: [text('logged')] };
    });
  }
}
