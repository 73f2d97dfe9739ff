import { isAbsolute, join, resolve } from 'node:path';
import {
  encodeFailure,
  encodeSkipped,
  encodeDone,
  copyDecoder,
  type CopyOrder,
} from '../../core/copy/copy-wire.ts';
import { toCopyFailure } from '../../core/copy/copy-failure.ts';
import { globSelection } from '../../core/copy/glob-selection.ts';
import { placeTarget } from '../../core/copy/place-target.ts';
import { TreeReceiver } from '../../core/copy/receive-tree.ts';
import { sendTree } from '../../core/copy/send-tree.ts';

const USUAL_HOME = '/home/user';
const UMASK = 0o022;

void main();

/** Sends or takes one tree of files, as its only argument says; frames go over standard output and input. */
async function main(): Promise<void> {
  try {
    const order: CopyOrder = JSON.parse(process.argv[1] ?? '');
    if (order.type === 'send') await send(order);
    else await receive(order);
  } catch (thrown) {
    await write(encodeFailure(toCopyFailure(thrown, '')));
    process.exitCode = 1;
  }
}

async function send({ path, patterns }: Extract<CopyOrder, { type: 'send' }>): Promise<void> {
  const selection = patterns === undefined ? undefined : globSelection(patterns);
  for await (const bytes of sendTree({ path: atHome(path), selection })) await write(bytes);
}

async function receive({ to, isNoClobber }: Extract<CopyOrder, { type: 'receive' }>): Promise<void> {
  const target = { ...to, path: atHome(to.path) };
  const receiver = new TreeReceiver({
    place: (kind) => placeTarget(target, kind),
    umask: UMASK,
    isNoClobber,
  });
  process.on('SIGTERM', () => {
    receiver.abandonNow();
    process.exit(143);
  });
  const decoder = copyDecoder();
  try {
    for await (const chunk of process.stdin)
      for (const frame of decoder.push(chunk)) await receiver.take(frame);
    receiver.demandDone();
  } finally {
    await receiver.abandon();
  }
  for (const skipped of receiver.skipped) await write(encodeSkipped(skipped));
  await write(encodeDone(receiver.counts));
}

/** Without walls the home of the sandbox lies elsewhere, and is still called by its usual name. */
function atHome(path: string): string {
  const home = process.env['HOME'] ?? USUAL_HOME;
  if (!isAbsolute(path)) return resolve(path);
  const isInHome = path === USUAL_HOME || path.startsWith(`${USUAL_HOME}/`);
  return isInHome ? join(home, path.slice(USUAL_HOME.length)) : path;
}

async function write(bytes: Buffer): Promise<void> {
  if (process.stdout.write(bytes)) return;
  await new Promise((done) => process.stdout.once('drain', done));
}
