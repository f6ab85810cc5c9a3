import { expect, test } from '@jest/globals';
import { LANGUAGES, type Language } from '../../../functions/connect/language.ts';
import { WORDS } from '../../../functions/connect/refusal-words.ts';
import { TICKET_MS } from '../../../shared/domain/connection/ticket.ts';

/** How each language says the minutes of a link; whoever changes them adds a row. */
const MINUTES: Readonly<Record<number, Readonly<Record<Language, string>>>> = {
  10: { en: 'good for ten minutes', de: 'gilt zehn Minuten', ko: '10분' },
};

test.each(LANGUAGES)('a page in %s says how long a link is good', (language) => {
  const words = MINUTES[TICKET_MS / 60_000]?.[language];
  expect(words).toBeDefined();
  expect(WORDS[language]['link-expired'].text).toContain(words);
});
