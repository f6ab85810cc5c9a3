/**
 * From TZID to IANA name, as far as it can be told: an IANA name, one behind a vendor's prefix, the definition's
 * X-LIC-LOCATION, a Windows name, the zone whose offsets are those that the definition gives, or one of a place that a text for people
 * names. Else the calendar's own zone, and a problem that says so.
 */
import ICAL from 'ical.js';
import type { ProblemList } from './problem-list.ts';
import { WINDOWS_ZONES } from './windows-zones.ts';
import { instantOfWall, isZone, offsetMsAt } from './zoned-time.ts';

/** A definition longer than this is not evaluated. */
const DEFINITION_CHARS_MAX = 100_000;

/** Names the zones of one file. */
export class ZoneNamer {
  /** The zone of times that name none. */
  readonly calendarZone: string;
  readonly #definitions: ReadonlyMap<string, string>;
  readonly #problems: ProblemList;
  readonly #named = new Map<string, string>();

  constructor(calendarZone: string, definitions: ReadonlyMap<string, string>, problems: ProblemList) {
    this.calendarZone = calendarZone;
    this.#definitions = definitions;
    this.#problems = problems;
  }

  /** The IANA zone for a TZID; `wallMs` is a time of the zone in use, to compare offsets of that year. */
  zoneOf(tzid: string, wallMs: number): string {
    const known = this.#named.get(tzid);
    if (known !== undefined) return known;
    const zone = this.#find(tzid, wallMs);
    this.#named.set(tzid, zone);
    return zone;
  }

  #find(tzid: string, wallMs: number): string {
    const definition = this.#definitions.get(tzid);
    const location = /^X-LIC-LOCATION[^:]*:(.*)$/im.exec(definition ?? '')?.[1]?.trim();
    const told = ianaWithin(tzid) ?? (location === undefined ? undefined : ianaWithin(location)) ?? windowsZone(tzid);
    if (told !== undefined) return told;
    const shown = zoneOfText(tzid, wallMs);
    const alike = definition === undefined ? undefined : this.#zoneAlike(definition, shown, wallMs);
    if (alike !== undefined) {
      this.#problems.add(`Time zone "${tzid}": taken as ${alike}, which has the offsets of its definition.`);
      return alike;
    }
    if (shown !== undefined) {
      this.#problems.add(`Time zone "${tzid}": taken as ${shown}, by what it says.`);
      return shown;
    }
    this.#problems.add(`Time zone "${tzid}": not known, taken as the calendar's own, ${this.calendarZone}.`);
    return this.calendarZone;
  }

  /** `shown`: the zone that comes first beside the calendar's own, where several are alike. */
  #zoneAlike(definition: string, shown: string | undefined, wallMs: number): string | undefined {
    const offsetMsAt = definedOffset(definition);
    if (offsetMsAt === undefined) return undefined;
    const year = new Date(wallMs).getUTCFullYear();
    // Noon of the 1st and the 15th of each month: far from the hours at which clocks change.
    const samples = Array.from({ length: 24 }, (_, n) => Date.UTC(year, n >> 1, n % 2 === 0 ? 1 : 15, 12));
    try {
      const offsets = samples.map((sample) => [sample, offsetMsAt(sample)] as const);
      return this.#candidates(shown).find((zone) =>
        offsets.every(([sample, offsetMs]) => sample - instantOfWall(zone, sample) === offsetMs),
      );
    } catch {
      // ical.js throws on definitions that contradict themselves.
      return undefined;
    }
  }

  #candidates(shown: string | undefined): string[] {
    const whole = Array.from({ length: 27 }, (_, n) => n - 14).filter((hours) => hours !== 0);
    const fixed = whole.map((hours) => `Etc/GMT${hours > 0 ? '+' : ''}${hours}`).filter(isZone);
    return [this.calendarZone, ...(shown === undefined ? [] : [shown]), ...new Set(WINDOWS_ZONES.values()), ...fixed];
  }
}

/** `/mozilla.org/20050126_1/Europe/Berlin` and the like end in an IANA name; names are matched in any case. */
function ianaWithin(name: string): string | undefined {
  const plain = name.replace(/^"|"$/g, '').trim();
  if (plain.length > 200) return undefined;
  if (isZone(plain)) return spelled(plain);
  const parts = plain.split('/');
  for (const count of [3, 2]) {
    const tail = parts.slice(-count).join('/');
    if (parts.length > count && isZone(tail)) return spelled(tail);
  }
  return /^(utc|gmt|z|etc\/utc)$/i.test(plain) ? 'UTC' : undefined;
}

function spelled(zone: string): string {
  const lower = zone.toLowerCase();
  if (['utc', 'gmt', 'etc/utc', 'etc/gmt', 'zulu'].includes(lower)) return 'UTC';
  return Intl.supportedValuesOf('timeZone').find((known) => known.toLowerCase() === lower) ?? zone;
}

function windowsZone(tzid: string): string | undefined {
  const lower = tzid.replace(/^"|"$/g, '').trim().toLowerCase();
  const entry = [...WINDOWS_ZONES].find(([name]) => name.toLowerCase() === lower);
  return entry?.[1];
}

/**
 * The zone of a text as Windows shows it to people, such as `(UTC+08:00) Kuala Lumpur, Singapore`: that of the first place which is known and
 * has the offset, or the Windows zone of `(UTC-05:00) Eastern Time (US & Canada)`.
 */
function zoneOfText(text: string, wallMs: number): string | undefined {
  const [, stated, rest = text] = /^\((?:UTC|GMT)([+-]\d\d:?\d\d)?\)\s*(.+)$/i.exec(text) ?? [];
  const isFitting = (zone: string): boolean =>
    stated === undefined || stated.replace(':', '') === standardOffset(zone, wallMs);
  const zones = Intl.supportedValuesOf('timeZone');
  for (const place of rest.split(/,\s*/)) {
    const name = place.trim().toLowerCase().replaceAll(' ', '_');
    const found = zones.find((zone) => zone.toLowerCase().endsWith(`/${name}`) && isFitting(zone));
    if (found !== undefined) return found;
  }
  const named = windowsZone(rest.replace(/\s*\(.*\)$/, '').replace(/ Time$/i, ' Standard Time'));
  return named !== undefined && isFitting(named) ? named : undefined;
}

/** Outside of daylight saving time, in that year, such as `+0800`. */
function standardOffset(zone: string, wallMs: number): string {
  const year = new Date(wallMs).getUTCFullYear();
  const minutes = Math.min(...[0, 6].map((month) => offsetMsAt(zone, Date.UTC(year, month, 1)) / 60_000));
  const absolute = Math.abs(minutes);
  const digits = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${digits(Math.floor(absolute / 60))}${digits(absolute % 60)}`;
}

/**
 * The offset function of a VTIMEZONE. Rules other than yearly ones are not evaluated: a secondly rule since 1601 would
 * never end.
 */
function definedOffset(definition: string): ((wallMs: number) => number) | undefined {
  const rules = definition.match(/^RRULE.*$/gim) ?? [];
  const offsets = definition.match(/^TZOFFSET(?:FROM|TO):.*$/gim) ?? [];
  // ical.js takes a definition without a single usable offset for UTC.
  if (offsets.length === 0 || !offsets.every((line) => /:[+-]\d{4}(?:\d\d)?\s*$/.test(line))) return undefined;
  if (definition.length > DEFINITION_CHARS_MAX || !rules.every((rule) => /FREQ=YEARLY/i.test(rule))) return undefined;
  try {
    const zone = new ICAL.Timezone({ component: definition });
    return (wallMs) => {
      const wall = new Date(wallMs);
      const day = { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
      return zone.utcOffset(ICAL.Time.fromData({ ...day, hour: wall.getUTCHours() }, zone)) * 1000;
    };
  } catch {
    return undefined;
  }
}
