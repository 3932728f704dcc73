/** A time zone: the wall clock's times of it, and back, over changes of the hour. Pure; the rules are the browser's (IANA). */

export const UTC = "UTC";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const QUARTER = 15 * MINUTE; // zones change their offset at none but whole quarters of an hour
const DAY = 24 * HOUR;
const MOST_KNOWN = 20_000;

/** @param {unknown} name @returns {name is string} whether the browser knows a zone of that name */
export function isZone(name) {
  if (typeof name !== "string" || !name) return false;
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}

export class Zone {
  #format;
  /** @type {Map<number, number>} the offset of each quarter of an hour that was asked for */
  #known = new Map();

  /** @param {string} name as IANA has it, which the browser knows */
  constructor(name) {
    this.name = name;
    this.isUtc = name === UTC || name === "Etc/UTC";
    const [date, time] = [{ year: "numeric", month: "2-digit", day: "2-digit" }, { hour: "2-digit", minute: "2-digit", second: "2-digit" }];
    const options = /** @type {Intl.DateTimeFormatOptions} */ ({ ...date, ...time, timeZone: name, hourCycle: "h23" });
    this.#format = new Intl.DateTimeFormat("en-GB", options);
  }

  /** @returns {string} what people call it: UTC, Berlin, New York */
  get word() {
    return this.isUtc ? UTC : this.name.slice(this.name.lastIndexOf("/") + 1).replaceAll("_", " ");
  }

  /** @param {number} time ms since the epoch @returns {number} ms by which the zone's clocks are ahead of UTC then */
  offsetAt(time) {
    if (this.isUtc) return 0;
    const quarter = Math.floor(time / QUARTER);
    const known = this.#known.get(quarter);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    const offset = this.#wallOf(quarter * QUARTER) - quarter * QUARTER;
    this.#known.set(quarter, offset);
    return offset;
  }

  /** @param {number} time @returns {number} what the zone's clocks show, as ms of a day that has all hours */
  wallAt(time) {
    return time + this.offsetAt(time);
  }

  /** @param {number} time @returns {string} as 2026-10-25T02:30:00.000, what the zone's clocks show */
  textAt(time) {
    return new Date(this.wallAt(time)).toISOString().slice(0, -1);
  }

  /**
   * @param {number} wall as `wallAt` returns it
   * @returns {number} ms since the epoch: of an hour that comes twice the first; what the clocks leave out lies as much
   *   later as they are put forward (as RFC 5545 and Temporal have it)
   */
  timeOf(wall) {
    const [before, after] = [this.offsetAt(wall - DAY), this.offsetAt(wall + DAY)];
    const found = [before, after].map((offset) => wall - offset).filter((time) => this.wallAt(time) === wall);
    return found.length ? Math.min(...found) : wall - before;
  }

  /** @param {number} time @returns {string} as UTC, UTC+1 or UTC−3:30: how far the zone's clocks are from it then */
  offsetText(time) {
    const offset = this.offsetAt(time);
    if (!offset) return UTC;
    const minutes = Math.round(Math.abs(offset) / MINUTE);
    const rest = minutes % 60 ? `:${String(minutes % 60).padStart(2, "0")}` : "";
    return `${UTC}${offset < 0 ? "\u2212" : "+"}${Math.floor(minutes / 60)}${rest}`;
  }

  /** @param {number} time a whole second */
  #wallOf(time) {
    const [day, month, year, hour, minute, second] = (this.#format.format(time).match(/\d+/g) ?? []).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }
}
