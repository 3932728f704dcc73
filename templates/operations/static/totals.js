/** The whole deployment in one row of figures. */
import { NOTHING } from "../dashboard/format.js";
import { Figures } from "./figures.js";
import { bytes, count, duration, milliseconds, rate } from "./words.js";

/** A client's frames are late by so much from here on. */
const LATE_MILLISECONDS = 250;

const FIGURES = [
  partOfHealth("Health", "status"),
  { name: "Gateways", value: ({ gateways }) => count(gateways.length) },
  { name: "Connections", value: ({ gateways }) => count(sum(gateways, "connections")) },
  { name: "Subscriptions", value: ({ gateways }) => count(sum(gateways, "subscriptions")) },
  { name: "Channels", value: ({ channels_total: total }) => count(total) },
  { name: "Frames/s", value: ({ gateways }) => rate(sum(gateways, "frames_per_second")) },
  {
    name: "Worst loop lag",
    title: "The largest 99th percentile of all gateways in the last minute",
    value: ({ gateways }) => milliseconds(worstLag(gateways)),
    isBad: ({ gateways }) => worstLag(gateways) > LATE_MILLISECONDS,
  },
  {
    name: "Waiting",
    title: "What waits for slow readers now",
    value: ({ gateways }) => bytes(sum(gateways, "waiting_bytes")),
  },
  { name: "Slow closed", value: ({ gateways }) => count(sum(gateways, "slow_closed")) },
  partOfHealth("Database", "database"),
  partOfHealth("Channel layer", "layer"),
  { name: "Uptime", value: ({ health }) => duration(health?.uptime) },
];

export class Totals {
  #figures = new Figures(document.getElementById("totals"), FIGURES);
  #report = null;
  #health;

  /** @param {any} report the data of `ops.gateways` */
  show(report) {
    this.#report = report;
    this.#figures.show({ ...report, health: this.#health });
  }

  /** @param {any} health the data of `system.health` */
  showHealth(health) {
    this.#health = health;
    if (this.#report) this.show(this.#report);
  }

  clear() {
    this.#report = null;
    this.#health = undefined;
    this.#figures.show(null);
  }
}

/** @returns {import("./figures.js").Figure} */
function partOfHealth(name, field) {
  const value = ({ health }) => health?.[field] ?? NOTHING;
  return { name, value, isBad: ({ health }) => Boolean(health) && health[field] !== "ok" };
}

function sum(gateways, name) {
  return gateways.reduce((total, gateway) => total + gateway[name], 0);
}

/** @returns {number} NaN where no gateway has measured any */
function worstLag(gateways) {
  const lags = gateways.map(({ lag_ms_p99: lag }) => lag).filter((lag) => lag !== null);
  return lags.length ? Math.max(...lags) : NaN;
}
