/** `colors.get`: the palettes that Calendar has had since 2012 (https://developers.google.com/workspace/calendar/api/v3/reference/colors). */
import { fingerprint } from '../state/identifiers.ts';
import type { JsonObject } from '../wire/json.ts';

/** Background of a calendar by its colour id. */
export const CALENDAR_COLORS: Readonly<Record<string, string>> = paletteOf(
  'ac725e d06b64 f83a22 fa573c ff7537 ffad46 42d692 16a765 7bd148 b3dc6c fbe983 fad165 92e1c0 9fe1e7 9fc6e7 4986e7 9a9cff b99aff c2c2c2 cabdbf cca6ac f691b2 cd74e6 a47ae2',
);
const EVENT_COLORS = paletteOf('a4bdfc 7ae7bf dbadff ff887c fbd75b ffb878 46d6db e1e1e1 5484ed 51b749 dc2127');

/** The answer of `colors.get`. */
export function colors(): JsonObject {
  return {
    kind: 'calendar#colors',
    updated: '2012-02-14T00:00:00.000Z',
    calendar: definitionsOf(CALENDAR_COLORS),
    event: definitionsOf(EVENT_COLORS),
  };
}

/** The colour that a calendar has until somebody chooses another. */
export function colorOf(calendarId: string): string {
  return String((Number.parseInt(fingerprint(calendarId), 36) % Object.keys(CALENDAR_COLORS).length) + 1);
}

function paletteOf(hexes: string): Record<string, string> {
  return Object.fromEntries(hexes.split(' ').map((hex, at) => [String(at + 1), `#${hex}`]));
}

function definitionsOf(palette: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(palette).map(([id, background]) => [id, { background, foreground: '#1d1d1d' }]),
  );
}
