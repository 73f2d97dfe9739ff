export type PromptFormat = 'mustache' | 'fstring' | 'plain';

export interface PromptMessage {
  readonly role: string;
  readonly content: string;
}

/** Text, or the messages of a chat. */
export type PromptTemplate = string | readonly PromptMessage[];

/** The texts of a template, one for each message. */
export function textsOf(template: PromptTemplate): readonly string[] {
  return typeof template === 'string' ? [template] : template.map(({ content }) => content);
}
