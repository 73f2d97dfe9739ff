import { iris } from 'iris-prime';

const NAME = 'code-review';
const FIRST = 'Review this {{language}} code:\n{{code}}';
const SECOND =
  'You review {{language}} code for a team that values {{value}}.\nName the three worst problems:\n{{code}}';

// With a key, a version is saved once, however often this runs.
const first = await iris.savePrompt({
  name: NAME,
  template: FIRST,
  message: 'The first one',
  idempotencyKey: 'code-review-1',
});
const second = await iris.savePrompt({
  name: NAME,
  template: SECOND,
  message: 'Say what matters to the team',
  idempotencyKey: 'code-review-2',
});
console.log(`${NAME} has version ${first.version} and version ${second.version}.`);

const { diff, variables } = await iris.diffPrompts(NAME, first.version, second.version);
console.log(`\n${diff.split('\n').slice(1, -2).join('\n')}`);
console.log(`\nNew variables: ${variables.added.join(', ')}`);

// Programs ask for a label, so that a new version takes over, and an old one again, without a change of code.
const moved = await iris.labelPrompt({
  name: NAME,
  label: 'production',
  version: second.version,
  reason: 'Reviewed',
});
console.log(`\nproduction is version ${moved.version}${moved.moved ? ', since now' : ', as before'}.`);

const prompt = await iris.getPrompt({
  name: NAME,
  label: 'production',
  variables: { language: 'TypeScript', value: 'plain words', code: 'const x = <any>y;' },
});
console.log(`\nWhat a model gets:\n${prompt.text ?? ''}`);
