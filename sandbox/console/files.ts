/** The files that make up the page: its own, and those of the calendar component. Nothing else is ever read. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PAGE = join(import.meta.dirname, 'page');
const PAGE_FILES = [
  'index.html',
  'console.css',
  'calendar.css',
  'changes.css',
  'conferences.css',
  'deliveries.css',
  'dialogs.css',
  'icon.svg',
  'console.js',
  'api.js',
  'calendar-bar.js',
  'calendar-view.js',
  'change-event.js',
  'conference-list.js',
  'deliveries.js',
  'dialogs.js',
  'event-dialog.js',
  'event-times.js',
  'fault-panel.js',
  'receiver.js',
  'show.js',
  'state.js',
  'timeline.js',
  'trouble.js',
  'words.js',
];

const COMPONENT_FILES = ['all/global.js', 'skeleton.css', 'themes/classic/global.js', 'themes/classic/theme.css'];

const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['svg', 'image/svg+xml'],
]);

/** A file as it is served. */
export interface ServedFile {
  readonly type: string;
  readonly content: Buffer;
}

/** The file at a path of the console, or undefined. */
export async function readServedFile(path: string): Promise<ServedFile | undefined> {
  const file = path === '/' ? join(PAGE, 'index.html') : locate(path);
  if (file === undefined) return undefined;
  const type = TYPES.get(file.slice(file.lastIndexOf('.') + 1)) ?? 'application/octet-stream';
  return { type, content: await readFile(file) };
}

function locate(path: string): string | undefined {
  const own = PAGE_FILES.find((name) => path === `/console/page/${name}`);
  if (own !== undefined) return join(PAGE, own);
  const component = COMPONENT_FILES.find((name) => path === `/console/assets/fullcalendar/${name}`);
  return component === undefined ? undefined : join(componentFolder(), component);
}

function componentFolder(): string {
  // `all/global.js` is not among the exports of the package, so it is found beside its entry.
  return dirname(createRequire(import.meta.url).resolve('fullcalendar'));
}
