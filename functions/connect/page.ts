/** The pages that tell a person why a calendar is not connected: no script, nothing from elsewhere, readable on a phone. */
import { createHash } from 'node:crypto';
import type { ConnectRefusal } from '../../shared/domain/log-line.ts';
import type { Language } from './language.ts';
import { LINK_WORDS, WORDS } from './refusal-words.ts';

/** Where a person can go from a page; null for nowhere. */
export interface PageLinks {
  readonly again: string | null;
  readonly back: string | null;
}

const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { max-width: 32rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
a { display: inline-block; margin: 0.5rem 1.25rem 0.5rem 0; padding: 0.5rem 0; }
`;

/** Only the page's own style is let through, by its hash. */
export const CONTENT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The whole page. */
export function refusalPage(reason: ConnectRefusal, language: Language, { again, back }: PageLinks): string {
  const { title, text } = WORDS[language][reason];
  const words = LINK_WORDS[language];
  const links = [
    ...(again === null ? [] : [link(again, words.again)]),
    ...(back === null ? [] : [link(back, words.back)]),
  ];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
${links.length === 0 ? '' : `<p>${links.join('\n')}</p>\n`}</main>
</body>
</html>
`;
}

function link(address: string, word: string): string {
  return `<a href="${escaped(address)}">${escaped(word)}</a>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
