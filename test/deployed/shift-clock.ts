/** Loaded before a function by `node --import`: shifts the clock of its process by CLOCK_SKEW_MS, as on a machine that is set wrong. */
const shiftMs = Number(process.env.CLOCK_SKEW_MS ?? 0);
const { now } = Date;
Date.now = () => now() + shiftMs;
const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, parts, newTarget) =>
    Reflect.construct(target, parts.length === 0 ? [target.now()] : parts, newTarget),
  apply: (target) => new target(target.now()).toString(),
});
