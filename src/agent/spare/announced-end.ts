import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { SPARE_JOB_FD } from './spare-job.ts';

const MAX_TEXT_CHARS = 8;

/**
 * Calls `listener` when a program that runs in the former spare says with which code it is about to end.
 * The kernel takes milliseconds to clear a Node process away; whoever waits for the code need not.
 */
export function onAnnouncedEnd(child: ChildProcess, listener: (exitCode: number) => void): void {
  const pipe = child.stdio[SPARE_JOB_FD];
  if (!(pipe instanceof Socket)) return;
  let text = '';
  pipe.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1', 0, MAX_TEXT_CHARS);
    const [, code] = /^(\d{1,3})\n/.exec(text) ?? [];
    if (code === undefined && text.length < MAX_TEXT_CHARS) return;
    pipe.destroy();
    if (code !== undefined) listener(Number(code) & 0xff);
  });
}
