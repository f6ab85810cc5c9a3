/** Which of our languages a browser asks for, https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4. */

/** Languages of the pages; the first is for all who ask for none of them. */
export const LANGUAGES = ['en', 'de', 'ko'] as const;
/** See LANGUAGES. */
export type Language = (typeof LANGUAGES)[number];

/** More than any browser sends. */
const LENGTH_MAX = 1_000;

/** The language with the highest weight, by its first subtag; of equal ones the first. */
export function languageOf(header = ''): Language {
  let best: { language: Language; weight: number } = { language: LANGUAGES[0], weight: 0 };
  for (const range of header.slice(0, LENGTH_MAX).split(',')) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const language = LANGUAGES.find((known) => known === tag.split('-')[0]);
    const weight = weightOf(parameters);
    if (language !== undefined && weight > best.weight) best = { language, weight };
  }
  return best.language;
}

function weightOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const weight = text === undefined ? 1 : Number(text);
  return weight >= 0 && weight <= 1 ? weight : 0;
}
