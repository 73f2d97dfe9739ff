import { ConnectFailure } from '../../core/connect-failure.ts';
import {
  decodeInputRequest,
  decodeSignalRequest,
  decodeStreamedInput,
  decodeUpdateRequest,
  type ProcessInput,
  type StreamedInput,
} from '../../core/process-call-wire.ts';
import {
  decodeConnectRequest,
  decodeStartRequest,
  type ProcessSelector,
  type StartRequest,
  type TerminalSize,
} from '../../core/process-wire.ts';
import type { StreamCodec } from './event-stream.ts';
import { parseJsonObject } from '../http/json-fields.ts';
import {
  inputFromJson,
  selectorFromJson,
  sizeFromJson,
  startRequestFromJson,
  streamedInputFromJson,
} from './process-json.ts';

const MAX_TERMINAL_SIDE = 65_535;

/** Reads process.StartRequest. Throws invalid_argument, as all functions here do. */
export function readStartRequest(message: Buffer, codec: StreamCodec): StartRequest {
  const request =
    codec === 'json'
      ? startRequestFromJson(parseJsonObject(message))
      : decoded(() => decodeStartRequest(message));
  if (request.cmd === '') throw new ConnectFailure('invalid_argument', 'no command is given');
  if (request.pty) checkSize(request.pty);
  return request;
}

/** Reads the process that ConnectRequest or CloseStdinRequest names. */
export function readSelector(message: Buffer, codec: StreamCodec): ProcessSelector {
  if (codec === 'json') return present(selectorFromJson(parseJsonObject(message)));
  return present(decoded(() => decodeConnectRequest(message)));
}

/** Reads process.SendInputRequest. */
export function readInputRequest(
  message: Buffer,
  codec: StreamCodec,
): { readonly selector: ProcessSelector; readonly input: ProcessInput } {
  if (codec === 'proto') {
    const { selector, input } = decoded(() => decodeInputRequest(message));
    return { selector: present(selector), input: presentInput(input) };
  }
  const object = parseJsonObject(message);
  return { selector: present(selectorFromJson(object)), input: presentInput(inputFromJson(object)) };
}

/** Reads process.UpdateRequest; without a size there is nothing to do. */
export function readUpdateRequest(
  message: Buffer,
  codec: StreamCodec,
): { readonly selector: ProcessSelector; readonly size: TerminalSize | undefined } {
  const { selector, size } =
    codec === 'json' ? updateFromJson(message) : decoded(() => decodeUpdateRequest(message));
  if (size) checkSize(size);
  return { selector: present(selector), size };
}

/** Reads process.SendSignalRequest; the signal is not yet looked at. */
export function readSignalRequest(
  message: Buffer,
  codec: StreamCodec,
): { readonly selector: ProcessSelector; readonly signal: unknown } {
  if (codec === 'proto') {
    const { selector, signal } = decoded(() => decodeSignalRequest(message));
    return { selector: present(selector), signal };
  }
  const object = parseJsonObject(message);
  return { selector: present(selectorFromJson(object)), signal: object['signal'] };
}

/** Reads one process.StreamInputRequest. */
export function readStreamedInput(message: Buffer, codec: StreamCodec): StreamedInput {
  if (codec === 'json') return streamedInputFromJson(parseJsonObject(message));
  return decoded(() => decodeStreamedInput(message));
}

/** The process that is named. Throws invalid_argument when none is. */
export function present(selector: ProcessSelector | undefined): ProcessSelector {
  if (selector) return selector;
  throw new ConnectFailure('invalid_argument', 'no process is selected');
}

/** The input that is given. Throws invalid_argument when there is none. */
export function presentInput(input: ProcessInput | undefined): ProcessInput {
  if (input) return input;
  throw new ConnectFailure('invalid_argument', 'no input is given');
}

function updateFromJson(message: Buffer): {
  readonly selector: ProcessSelector | undefined;
  readonly size: TerminalSize | undefined;
} {
  const object = parseJsonObject(message);
  return { selector: selectorFromJson(object), size: sizeFromJson(object) };
}

function checkSize({ cols, rows }: TerminalSize): void {
  if ([cols, rows].every((side) => side >= 0 && side <= MAX_TERMINAL_SIDE)) return;
  throw new ConnectFailure('invalid_argument', `a pty cannot have ${cols} columns and ${rows} rows`);
}

function decoded<Message>(decode: () => Message): Message {
  try {
    return decode();
  } catch (cause) {
    throw new ConnectFailure('invalid_argument', `unmarshal message: ${String(cause)}`, { cause });
  }
}
