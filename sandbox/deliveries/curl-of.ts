/** A request as a command line that a person can paste into a shell. */

/** Quotes every word, so that nothing of a title can become a command. */
export function curlOf(url: URL, headers: Readonly<Record<string, string>>, body: string): string {
  const sent = Object.entries(headers).filter(([name]) => name !== 'content-length');
  const words = ['-i', quoted(url.href), ...sent.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)];
  return `curl ${[...words, `--data-binary ${quoted(body)}`].join(' \\\n  ')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
