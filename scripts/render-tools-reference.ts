import { z } from 'zod';
import { allTools } from '../src/tools/all-tools.ts';

const HEAD = `<!-- Generated from src/contract/tools by npm run gen; do not edit. -->

# Tools

Each tool takes and gives JSON. An unknown parameter is refused by name; answers may gain fields in later versions.
\`iris tools ls --json\` prints the same with complete JSON Schemas. A failure has one of the codes \`IRIS_*\` of
[the errors](errors.md).
`;

/** The reference of every tool, by group. */
export function renderToolsReference(): string {
  const groups = [...new Set(allTools.map(({ contract }) => contract.group))];
  const sections = groups.map((group) => {
    const tools = allTools.filter(({ contract }) => contract.group === group);
    return `## ${group}\n\n${tools.map(({ contract }) => renderTool(contract)).join('\n')}`;
  });
  return `${HEAD}\n${sections.join('\n')}`;
}

function renderTool(contract: (typeof allTools)[number]['contract']): string {
  const { name, title, text, effect, isIdempotent, input, example } = contract;
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const facts = typeof property === 'object' ? property : {};
    const fallback = facts.default === undefined ? '' : `\`${JSON.stringify(facts.default)}\``;
    return `| \`${key}\`${required.has(key) ? ' *' : ''} | ${typeOf(facts)} | ${fallback} | ${cell(facts.description ?? '')} |`;
  });
  const again = isIdempotent ? 'the same call again changes no more' : 'each call changes something';
  return `### \`${name}\`: ${title}

${text}

Effect: ${effect}${effect === 'read' ? '' : `; ${again}`}.

| Parameter | Type | Default | |
| --- | --- | --- | --- |
${rows.join('\n')}

\`\`\`sh
iris tools call ${name} -i '${JSON.stringify(example).replaceAll("'", `'\\''`)}'
\`\`\`
`;
}

function typeOf(schema: z.core.JSONSchema.JSONSchema): string {
  if (schema.enum !== undefined)
    return cell(schema.enum.map((one) => `\`${JSON.stringify(one)}\``).join(', '));
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined)
    return [...new Set(options.map((one) => (typeof one === 'object' ? typeOf(one) : 'any')))].join(' or ');
  if (schema.type === 'array' && typeof schema.items === 'object' && !Array.isArray(schema.items))
    return `list of ${typeOf(schema.items)}`;
  return typeof schema.type === 'string' ? schema.type : 'any JSON';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
