/**
 * Makes docs/configuration.md from the table of settings: `node scripts/make-configuration-doc.ts` writes it; a test fails
 * while it is stale.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTION_NAMES, type FunctionName, SETTINGS } from '../shared/config/settings.ts';

/** Where the page belongs. */
export const CONFIGURATION_DOC = join(import.meta.dirname, '../docs/configuration.md');

const HEAD = `# Configuration

All of it comes from environment variables. Each function reads them once at its start; if something is missing or wrong it does not
start, and its log names every problem at once, in words that say what to do and never repeat a value. An empty variable counts as an
absent one. Times are in seconds where the name says so; parts of a second are allowed.

Terraform sets these variables from its own inputs ([terraform/README.md](../terraform/README.md)); the sandbox sets its own.

"Needed by" names the functions that do not start without a value. Beyond it:

- \`syncCalendar\` needs \`CONFERENCE_WEBHOOK_URL\` and \`CONFERENCE_WEBHOOK_SECRET\` unless \`CONFERENCE_BACKEND\` names a module.
- \`syncCalendar\` and \`manageCalendars\` need at least one of \`CONFERENCE_SOLUTION_NAMES\`, \`CONFERENCE_ENTRY_POINT_HOSTS\` and
  \`CONFERENCE_PARAMETER_KEYS\`: they say which conferences are yours.
- With \`oauth\` in \`CALENDAR_AUTH\` all but \`receiveNotification\` need \`OAUTH_CLIENT_ID\`, \`OAUTH_CLIENT_SECRET\` and
  \`GOOGLE_CLOUD_PROJECT\`, and with \`delegation,oauth\` also \`DELEGATION_DOMAINS\`.
- \`connectCalendars\` needs \`CONNECT_RETURN_HOSTS\`. The functions that act in calendars, and \`manageCalendars\`, need \`CONNECTION_KEYS\`
  and \`CONNECT_URL\` too, for users to connect: see [docs/connect.md](connect.md).
- \`CHANNEL_RENEWAL_MARGIN_SECONDS\` must be less than \`CHANNEL_TTL_SECONDS\`.

Secrets belong in Secret Manager. To replace a key of a comma-separated ring, put the new one in front, and drop the old one when
nothing made with it is under way any more: after \`CHANNEL_TTL_SECONDS\` for channel tokens, when the receiver knows the new one for
webhooks, and for \`CONNECTION_KEYS\` as [docs/connect.md](connect.md#keys) says.
`;

/** The text of the page. */
export function configurationDoc(): string {
  const rows = Object.entries(SETTINGS).map(([name, { fallback, neededBy, help, isSecret }]) => [
    `\`${name}\``,
    fallback === undefined || fallback === '' ? '' : `\`${fallback}\``,
    neededBy.length === 0 ? '' : namesOf(neededBy),
    `${isSecret ? 'Secret. ' : ''}${help}`,
  ]);
  const lines = [['name', 'default', 'needed by', 'meaning'], ['---', '---', '---', '---'], ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return `${HEAD}\n${lines.join('\n')}\n`;
}

function namesOf(functions: readonly FunctionName[]): string {
  return functions.length === FUNCTION_NAMES.length ? 'all' : functions.map((name) => `\`${name}\``).join(', ');
}

if (import.meta.main) writeFileSync(CONFIGURATION_DOC, configurationDoc());
