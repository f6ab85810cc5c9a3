/** A curve as SVG: axes, ticks, lines and their names, readable on a light and on a dark page. */
import type { Curve } from './row.ts';

const WIDTH = 640;
const HEIGHT = 320;
const EDGE = { left: 80, right: 150, top: 40, bottom: 50 } as const;
const COLOURS = ['#1a73e8', '#d93025', '#188038', '#e37400'] as const;
const TICKS = 4;

/** The picture's text. The y axis begins at zero; the x axis is logarithmic where the points span a factor of a hundred. */
export function plot({ title, x, y, lines }: Curve): string {
  const points = lines.flatMap((line) => line.points);
  const xs = points.map(([at]) => at);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const top = Math.max(...points.map(([, value]) => value), 1) * 1.1;
  const isLog = left > 0 && right / left >= 100;
  const part = isLog
    ? (at: number) => Math.log(at / left) / Math.log(right / left)
    : (at: number) => (right === left ? 0.5 : (at - left) / (right - left));
  const px = (at: number): number => Math.round(EDGE.left + part(at) * (WIDTH - EDGE.left - EDGE.right));
  const py = (value: number): number =>
    Math.round(HEIGHT - EDGE.bottom - (value / top) * (HEIGHT - EDGE.top - EDGE.bottom));
  const base = HEIGHT - EDGE.bottom;
  const yTicks = Array.from({ length: TICKS + 1 }, (_, tick) => {
    const value = (top / TICKS) * tick;
    return `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${py(value)}" y2="${py(value)}" stroke="#999" stroke-opacity="0.3"/>
  <text x="${EDGE.left - 8}" y="${py(value) + 4}" text-anchor="end">${short(value)}</text>`;
  });
  const xTicks = [...new Set(xs)].map(
    (at) => `<text x="${px(at)}" y="${base + 18}" text-anchor="middle">${short(at)}</text>`,
  );
  const drawn = lines.map((line, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = line.points.map(([at, value]) => `${px(at)},${py(value)}`).join(' ');
    const dots = line.points.map(([at, value]) => `<circle cx="${px(at)}" cy="${py(value)}" r="3" fill="${colour}"/>`);
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}
  <text x="${WIDTH - EDGE.right + 12}" y="${EDGE.top + 14 + index * 18}" style="fill:${colour}">${line.name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}: ${y} by ${x}">
  <style>text { font: 12px sans-serif; fill: #777 }</style>
  <text x="${EDGE.left}" y="20" style="font-size:14px;font-weight:bold">${title}</text>
  ${yTicks.join('\n  ')}
  ${xTicks.join('\n  ')}
  <text x="${(EDGE.left + WIDTH - EDGE.right) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${x}${isLog ? ' (logarithmic)' : ''}</text>
  <text x="16" y="${(EDGE.top + base) / 2}" text-anchor="middle" transform="rotate(-90 16 ${(EDGE.top + base) / 2})">${y}</text>
  ${drawn.join('\n  ')}
</svg>
`;
}

function short(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
