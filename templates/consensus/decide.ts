import { iris, sessionId } from 'iris-prime';
import { REVIEWERS, type Change } from './reviewers.ts';

const change: Change = {
  title: 'Cache the price list',
  linesAdded: Number(process.argv[2] ?? 120),
  hasTests: process.argv[3] !== 'untested',
  touches: ['prices', 'cache'],
};

const opinions = REVIEWERS.map((review) => review(change));
const { id } = await iris.openConsensus({
  id: `review-${sessionId}`,
  topic: change.title,
  method: 'two_thirds',
  eligible: opinions.map(({ agentId }) => agentId),
  quorum: 2,
});

console.log(`${change.title}: ${change.linesAdded} lines`);
for (const { agentId, decision, reasoning } of opinions) {
  await iris.submitVote(id, agentId, decision, reasoning);
  console.log(`- ${agentId} says ${decision}: ${reasoning}`);
}

const { outcome, status, tally, agreement, reason } = await iris.getConsensusStatus(id);
const votes = Object.entries(tally ?? {}).flatMap(([option, { votes: count }]) =>
  count > 0 ? [`${count} ${option}`] : [],
);
console.log(`\n${status}: ${outcome ?? 'no outcome'} (${votes.join(', ')})`);
console.log(`${reason}; agreement ${agreement?.toFixed(2) ?? 'unknown'}`);

// The exit code is that of iris run, so a pipeline stops here.
if (outcome !== 'approved') process.exitCode = 1;
