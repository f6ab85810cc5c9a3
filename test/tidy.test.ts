/** Rules about the source text itself: who may import whom, and where time, randomness and the environment may be touched. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LONG } from './long-suites.ts';

/** `import ... from 'x'`, `export ... from 'x'` and `import 'x'` at the beginning of a line, and `import('x')` anywhere. */
const IMPORTS = /^(?:import|export)\b(?:[^;']*?\bfrom)?\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

const ROOT = resolve(import.meta.dirname, '..');

interface Source {
  readonly path: string;
  readonly text: string;
  /** Paths from the root for our own files, package names for the rest. */
  readonly imports: readonly string[];
}

/** Rooms and what each may import; the longest matching room counts. */
const RULES: readonly { readonly room: string; readonly may: readonly RegExp[] }[] = [
  { room: 'shared/domain/', may: [/^shared\/domain\//, /^node:(crypto|util)$/] },
  ...rooms('shared/domain/', {
    event: [],
    state: ['event'],
    notification: ['state'],
    delivery: ['event', 'state'],
    connection: [],
    plan: ['event', 'state', 'notification', 'delivery'],
  }),
  { room: 'shared/flow/', may: [/^shared\/(flow|domain)\//] },
  ...rooms(
    'shared/flow/',
    {
      record: [],
      deliver: ['record'],
      channels: [],
      wake: ['channels'],
      sync: ['record', 'deliver', 'channels'],
      calendars: ['record', 'channels'],
      connections: ['calendars'],
    },
    [/^shared\/domain\//],
  ),
  { room: 'shared/config/', may: [/^shared\/(config|domain)\//] },
  { room: 'shared/adapters/', may: [/^shared\/domain\//, /^node:/, /^[^./]/] },
  {
    room: 'functions/',
    may: [/^functions\//, /^shared\/(flow|domain)\//, /^node:/, /^@google-cloud\/functions-framework$/],
  },
  {
    room: 'functions/wire',
    may: [
      /^functions\//,
      /^shared\/(adapters|config|domain)\//,
      // The use case behind one of the adapters' ports.
      /^shared\/flow\/connections\/stored-grants\.ts$/,
    ],
  },
  { room: 'functions/index', may: [/^functions\//, /^shared\/config\//, /^@google-cloud\/functions-framework$/] },
  {
    room: 'ops/',
    may: [
      /^ops\//,
      /^shared\/(config|flow|domain)\//,
      /^functions\/(manage\/views|wire)\.ts$/,
      /^node:/,
      /^package\.json$/,
    ],
  },
  ...rooms(
    'ops/',
    {
      cli: [],
      records: ['cli'],
      messages: ['cli', 'records'],
      failures: ['cli', 'records'],
      status: ['cli'],
      doctor: ['cli', 'status'],
    },
    [/^shared\/(config|flow|domain)\//, /^node:/, /^package\.json$/],
    'ports\\.ts',
  ),
  { room: 'ops/commands/', may: [/^ops\/(?!adapters)/, /^shared\/(flow|domain)\//, /^functions\/manage\/views\.ts$/] },
  { room: 'ops/webhook/', may: [/^ops\//, /^shared\/(adapters\/webhook|domain)\//, /^node:/] },
  { room: 'ops/open-services', may: [/^ops\//, /^shared\//, /^functions\/wire\.ts$/] },
  { room: 'ops/adapters/', may: [/^ops\//, /^shared\/(adapters\/pubsub|domain)\//, /^node:/, /^[^./]/] },
  { room: 'sandbox/recurrence/', may: [/^sandbox\/recurrence\//] },
  { room: 'sandbox/apps-script/', may: [/^sandbox\/apps-script\//, /^node:/] },
  { room: 'sandbox/add-on/', may: [/^sandbox\/(add-on|apps-script)\//, /^node:/] },
  { room: 'sandbox/calendar/', may: [/^sandbox\//, /^node:/] },
  ...rooms(
    'sandbox/calendar/',
    {
      wire: [],
      state: ['wire'],
      series: ['wire', 'state'],
      faults: ['wire', 'state'],
      push: ['wire', 'state', 'faults'],
      writing: ['wire', 'state', 'series'],
      listing: ['wire', 'state', 'series'],
      collections: ['wire', 'state', 'writing', 'listing'],
    },
    [/^sandbox\/(import\/zoned-time|recurrence\/.*)\.ts$/],
    'world\\.ts',
  ),
  { room: 'simulator/compare/', may: [/^simulator\/(compare|src\/index)/, /^node:/] },
  {
    room: 'simulator/src/',
    may: [/^simulator\/src\//, /^sandbox\/(calendar|import|oauth|read-body|split-target)/, /^node:/],
  },
  {
    room: 'sandbox/calendar/http/',
    may: [/^sandbox\/(?:calendar\/(?:http|wire|state)\/[^/]+|split-target\.ts)$/, /^node:(http|zlib)$/],
  },
  { room: 'sandbox/oauth/', may: [/^sandbox\/(oauth\/[^/]+|read-body|split-target)\.ts$/, /^node:/] },
  { room: 'sandbox/conference/', may: [/^sandbox\//, /^node:/, /^standardwebhooks$/] },
  { room: 'sandbox/import/', may: [/^sandbox\//, /^node:/, /^ical\.js$/] },
];

/** What each room below `house` may import: itself, the rooms named, the files in no room that `top` names, and what `outside` says. */
function rooms(
  house: string,
  table: Readonly<Record<string, readonly string[]>>,
  outside: readonly RegExp[] = [/^node:(crypto|util)$/],
  top = '[^/]+',
): { readonly room: string; readonly may: readonly RegExp[] }[] {
  return Object.entries(table).map(([room, others]) => ({
    room: `${house}${room}/`,
    may: [...outside, new RegExp(`^${house}(?:(?:${[room, ...others].join('|')})/[^/]+|${top})$`)],
  }));
}

/** Files that are the edge of the process: they may touch its clock, its randomness and its environment. */
const EDGES = [
  /^shared\/adapters\//,
  /^functions\/(index|wire|drain|gate|log-crashes|trace|watchdog|watchdog-thread|start\/)/,
  /^sandbox\//,
  /^simulator\//,
  /^ops\//,
  /^scripts\//,
];

const sources = ['functions', 'shared', 'sandbox', 'simulator/src', 'ops', 'scripts'].flatMap(sourcesBelow);

describe('imports', () => {
  test.each(sources.map((source) => [source.path, source] as const))(
    '%s imports only what its room may',
    (path, source) => {
      const rule = RULES.filter(({ room }) => path.startsWith(room)).sort((a, b) => b.room.length - a.room.length)[0];
      const foreign = source.imports.filter(
        (name) => rule !== undefined && !rule.may.some((pattern) => pattern.test(name)),
      );
      expect(foreign).toEqual([]);
    },
  );

  test('the rooms with a rule stand in the table of docs/architecture.md, the inner ones in the row of their house', () => {
    const rows = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').match(/^\| `.*$/gm) ?? [];
    const isNamed = (room: string): boolean => {
      const [house = '', inner = ''] = room.match(/^(.*)\/([^/]+)$/)?.slice(1) ?? [];
      return rows.some(
        (row) => row.includes(`\`${room}\``) || (row.includes(`\`${house}\``) && row.includes(`\`${inner}\``)),
      );
    };
    const named = RULES.map(({ room }) => room.replace(/\/$/, ''));
    expect(named.filter((room) => !isNamed(room))).toEqual([]);
  });

  test('an adapter imports no other adapter', () => {
    const crossing = sources.flatMap(({ path, imports }) => {
      const own = /^shared\/adapters\/[^/]+\//.exec(path)?.[0];
      return imports
        .filter((name) => own !== undefined && name.startsWith('shared/adapters/') && !name.startsWith(own))
        .map((name) => `${path} -> ${name}`);
    });
    expect(crossing).toEqual([]);
  });
});

describe('the rules and use cases', () => {
  const inner = sources.filter(({ path }) => !EDGES.some((edge) => edge.test(path)));
  const banned =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\brandomUUID\b|\bprocess\.(env|on|exit)\b|\bset(Timeout|Interval|Immediate)\b/;

  test.each(inner.map((source) => [source.path, source] as const))(
    '%s takes time, randomness and environment from outside',
    (_, source) => {
      expect(source.text.match(banned)?.[0]).toBeUndefined();
    },
  );
});

describe('the text', () => {
  test.each(sources.map((source) => [source.path, source] as const))('%s begins by saying what it is', (_, source) => {
    expect(source.text).toMatch(/^(#!.*\n)?\/\*\*/);
  });
});

test('each suite that `npm test` leaves out is there', () => {
  const suites = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).map((name) => `/test/${name}`);
  expect(LONG.filter((pattern) => !suites.some((path) => new RegExp(pattern).test(path)))).toEqual([]);
});

function sourcesBelow(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(ROOT, path), 'utf8');
      const names = [...text.matchAll(IMPORTS)].map((match) => match[1] ?? match[2] ?? '');
      const imports = names.map((name) =>
        name.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(path), name)) : name,
      );
      return { path, text, imports };
    });
}
