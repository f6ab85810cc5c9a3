/**
 * Makes the tables of terraform/README.md and of the examples' pages, in the form of terraform-docs, from the files beside them: what a
 * module requires, what it makes, its inputs and outputs. `node scripts/terraform-tables.ts` writes them; a test fails while they are stale.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const BEGIN = '<!-- BEGIN_TF_DOCS -->';
const END = '<!-- END_TF_DOCS -->';

/** A block at the left margin: its words and its lines, as `terraform fmt` leaves them. */
interface Block {
  readonly kind: string;
  readonly labels: readonly string[];
  readonly body: string;
}

function readBlocks(folder: string): Block[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.tf'));
  const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  return [...text.matchAll(/^(\w+)((?: "[^"]+")*) \{\n([\s\S]*?)^\}$/gm)].map(
    ([, kind = '', labels = '', body = '']) => ({
      kind,
      labels: [...labels.matchAll(/"([^"]+)"/g)].map(([, label = '']) => label),
      body,
    }),
  );
}

/** The value of an argument of a block: the rest of its line, and the lines that belong to it by deeper indentation. */
function argument(body: string, name: string): string | undefined {
  return body.match(new RegExp(`^  ${name} += (.*(?:\\n(?:    .*|  [\\]})].*|))*)`, 'm'))?.[1]?.trim();
}

/** A string as it was meant; the module's descriptions hold no template. */
function unquote(text: string): string {
  const value: unknown = JSON.parse(text);
  return String(value);
}

const escaped = (name: string): string => name.replaceAll('_', '\\_');
const anchor = (kind: string, name: string): string =>
  `<a name="${kind}_${name}"></a> [${escaped(name)}](#${kind}\\_${escaped(name)})`;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function code(text: string): string {
  return text.includes('\n') ? `<pre>${text.replaceAll('\n', '<br/>')}</pre>` : `\`${text}\``;
}

function inputRow({ labels: [name = ''], body }: Block): string {
  const fallback = argument(body, 'default');
  const cells = [
    anchor('input', name),
    cell(unquote(argument(body, 'description') ?? '""')),
    code(argument(body, 'type') ?? 'any'),
    fallback === undefined ? 'n/a' : code(fallback),
    fallback === undefined ? 'yes' : 'no',
  ];
  return `| ${cells.join(' | ')} |`;
}

function outputRow({ labels: [name = ''], body }: Block): string {
  return `| ${anchor('output', name)} | ${cell(unquote(argument(body, 'description') ?? '""'))} |`;
}

/** The page of a resource in the registry; the name of its type begins with its provider's, unless the block names another. */
function pageOf({ kind, labels: [type = ''], body }: Block): string {
  const [prefix = '', ...rest] = type.split('_');
  const provider = argument(body, 'provider') ?? prefix;
  return `https://registry.terraform.io/providers/hashicorp/${provider}/latest/docs/${kind === 'data' ? 'data-sources' : 'resources'}/${rest.join('_')}`;
}

function resourceRow(block: Block): string {
  const [type = '', name = ''] = block.labels;
  return `| [${escaped(type)}.${escaped(name)}](${pageOf(block)}) | ${block.kind === 'data' ? 'data source' : 'resource'} |`;
}

/** Terraform itself and each provider, with the versions that do. */
function requirementRows(settings: string): string {
  const terraform = argument(settings, 'required_version') ?? '""';
  const providers = [...settings.matchAll(/^ {4}([\w-]+) = \{\n[^}]*version += ("[^"]+")/gm)];
  return [['', 'terraform', terraform], ...providers]
    .map(([, name = '', version = '""']) => `| ${anchor('requirement', name)} | ${unquote(version)} |`)
    .join('\n');
}

function moduleRow({ labels: [name = ''], body }: Block): string {
  const cells = [anchor('module', name), unquote(argument(body, 'source') ?? '""'), 'n/a'];
  return `| ${cells.join(' | ')} |`;
}

/** The tables of the module in the folder, sorted by name, without the markers; a table without rows is left out. */
export function renderTables(folder: string): string {
  const blocks = readBlocks(folder);
  const rows = (kinds: readonly string[], row: (block: Block) => string): string =>
    blocks
      .filter((block) => kinds.includes(block.kind))
      .map(row)
      .sort()
      .join('\n');
  const settings = blocks.find((block) => block.kind === 'terraform')?.body ?? '';
  const tables = [
    ['Requirements', '| Name | Version |\n|------|---------|', requirementRows(settings)],
    ['Modules', '| Name | Source | Version |\n|------|--------|---------|', rows(['module'], moduleRow)],
    ['Resources', '| Name | Type |\n|------|------|', rows(['resource', 'data'], resourceRow)],
    [
      'Inputs',
      '| Name | Description | Type | Default | Required |\n|------|-------------|------|---------|:--------:|',
      rows(['variable'], inputRow),
    ],
    ['Outputs', '| Name | Description |\n|------|-------------|', rows(['output'], outputRow)],
  ] as const;
  return tables
    .filter(([, , body]) => body !== '')
    .map(([title, head, body]) => `## ${title}\n\n${head}\n${body}`)
    .join('\n\n');
}

/** The folders of Terraform that have a page with tables: the module and its examples. */
export function documentedFolders(): readonly string[] {
  const module = resolve(import.meta.dirname, '../terraform');
  const examples = readdirSync(join(module, 'examples')).map((name) => join(module, 'examples', name));
  return [module, ...examples.sort()];
}

/** The text with the tables between its markers. @throws Error where the markers are missing */
export function withTables(readme: string, tables: string): string {
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the text has no ${BEGIN} ... ${END}`);
  return `${before}${BEGIN}\n${tables}\n${END}${after}`;
}

if (import.meta.main) {
  for (const folder of documentedFolders()) {
    const readme = join(folder, 'README.md');
    writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), renderTables(folder)));
  }
}
