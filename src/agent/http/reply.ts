import type { ServerResponse } from 'node:http';

/** Answers with JSON. */
export function replyJson(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

/** Answers with bytes of a type. */
export function replyBytes(response: ServerResponse, contentType: string, bytes: Buffer): void {
  response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length });
  response.end(bytes);
}

/** Answers without a body. */
export function replyEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status);
  response.end();
}

/** Answers in the shape of envd's own HTTP errors, which are not Connect's. */
export function replyHttpError(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  replyJson(response, status, { code: status, message });
}
