import type { SandboxDoor } from '../app/sandbox-door.ts';
import {
  sandboxExtendParams,
  sandboxGcParams,
  sandboxLogsParams,
  sandboxSnapshotParams,
  sandboxTargetParams,
  sandboxTargetsParams,
  volumeCreateParams,
} from '../contract/sandbox-request.ts';
import { callerParams } from '../contract/daemon-request.ts';
import type { SandboxResults } from '../contract/sandbox-wire.ts';
import { parseParams } from './parse-params.ts';

export type SandboxMethod = keyof SandboxResults;

type Answers = {
  readonly [Method in SandboxMethod]: (door: SandboxDoor, params: unknown) => Promise<SandboxResults[Method]>;
};

const ANSWERS: Answers = {
  'sandbox.info': (door, params) => door.info(parseParams(sandboxTargetParams, params)),
  'sandbox.pause': (door, params) => door.pause(parseParams(sandboxTargetsParams, params)),
  'sandbox.resume': (door, params) => door.resume(parseParams(sandboxTargetsParams, params)),
  'sandbox.extend': (door, params) => door.extend(parseParams(sandboxExtendParams, params)),
  'sandbox.logs': (door, params) => door.logs(parseParams(sandboxLogsParams, params)),
  'sandbox.metrics': (door, params) => door.metrics(parseParams(sandboxTargetParams, params)),
  'sandbox.snapshot': (door, params) => door.snapshot(parseParams(sandboxSnapshotParams, params)),
  'snapshot.list': (door, params) => door.snapshots(parseParams(callerParams, params)),
  'snapshot.remove': (door, params) => door.removeSnapshots(parseParams(sandboxTargetsParams, params)),
  'volume.list': (door, params) => door.volumes(parseParams(callerParams, params)),
  'volume.create': (door, params) => door.createVolume(parseParams(volumeCreateParams, params)),
  'volume.remove': (door, params) => door.removeVolumes(parseParams(sandboxTargetsParams, params)),
  'sandbox.gc': (door, params) => door.gc(parseParams(sandboxGcParams, params)),
};

/** Answers what is asked of sandboxes that are there. */
export async function answerSandbox(
  door: SandboxDoor,
  method: SandboxMethod,
  params: unknown,
): Promise<unknown> {
  return await ANSWERS[method](door, params);
}

/** Tells whether `answerSandbox` has the answer. */
export function isSandboxMethod(method: string): method is SandboxMethod {
  return Object.hasOwn(ANSWERS, method);
}
