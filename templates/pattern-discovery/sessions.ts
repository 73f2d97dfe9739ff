/** What an assistant for customers did in one conversation, and how it ended. */
export interface Session {
  readonly channel: 'chat' | 'mail';
  readonly steps: readonly string[];
  readonly outcome: 'success' | 'failure';
}

const CAREFUL = ['order.looked_up', 'refund.checked', 'answered'];
const HASTY = ['refund.checked', 'answered'];
const LOST = ['help.searched', 'help.searched', 'answered'];

/** Conversations as they come out of a log; put your own in their place. */
export function readSessions(): Session[] {
  return [
    ...many(10, { channel: 'chat', steps: CAREFUL, outcome: 'success' }),
    ...many(3, { channel: 'mail', steps: CAREFUL, outcome: 'success' }),
    ...many(2, { channel: 'chat', steps: HASTY, outcome: 'success' }),
    ...many(4, { channel: 'mail', steps: HASTY, outcome: 'failure' }),
    ...many(6, { channel: 'mail', steps: LOST, outcome: 'failure' }),
  ];
}

function many(count: number, session: Session): Session[] {
  return Array.from({ length: count }, () => session);
}
