import { iris } from 'iris-prime';
import { ATTEMPTS, CASES, type Attempt } from './attempts.ts';

const TASK = 'read a duration';

const { reflections } = await iris.recallReflections({ task: TASK, k: 10 });
console.log(`Lessons of earlier runs: ${reflections.length}`);
for (const attempt of ATTEMPTS) {
  const known = reflections.find(({ reflection }) => reflection === attempt.lesson);
  if (known === undefined) {
    if (await tryOut(attempt)) break;
  } else {
    console.log(`\n${attempt.name}: not tried again. ${known.reflection}`);
    // A lesson that helps is recalled before those that do not.
    await iris.rateReflection(known.id, true);
  }
}

/** Tries one out, and keeps what is to be learnt from it. Tells whether it is right. */
async function tryOut({ name, read, lesson }: Attempt): Promise<boolean> {
  const wrong = CASES.filter(([text, seconds]) => read(text) !== seconds);
  const right = CASES.length - wrong.length;
  const { verdict } = await iris.evaluateOutput({
    task: TASK,
    input: CASES.map(([text]) => text).join(' '),
    output: CASES.map(([text]) => read(text)).join(' '),
    verdict: wrong.length === 0 ? 'correct' : right > 0 ? 'partial' : 'incorrect',
    reasoning: wrong.map(([text, seconds]) => `${text} is ${seconds}, not ${read(text)}`).join('; '),
    ...(wrong.length > 0 && { reflection: lesson }),
  });
  console.log(`\n${name}: ${right} of ${CASES.length} right (${verdict})`);
  if (wrong.length > 0) console.log(`  learnt: ${lesson}`);
  return wrong.length === 0;
}
