import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer is there; fails with `what` after `budgetMs`. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  budgetMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + budgetMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${budgetMs} ms in vain for ${what}`);
    await sleep(20);
  }
}
