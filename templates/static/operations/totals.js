/** The whole deployment in one row of figures. */
import { byId } from "../shared/elements.js";
import { NOTHING, formatBytes, formatCount, formatDuration, formatMilliseconds, formatRate } from "../shared/format.js";
import { Figures } from "./figures.js";

/** A client's frames are late by so much from here on. */
const LATE_MILLISECONDS = 250;

/**
 * @typedef {import("../../../clients/javascript/events/system.js").GatewaysUpdate} Report
 * @typedef {import("../../../clients/javascript/events/system.js").SystemHealth} Health
 * @typedef {Report["gateways"]} Gateways
 */

/** @type {import("./figures.js").Figure<Report & {health?: Health}>[]} */
const FIGURES = [
  partOfHealth("Health", "status"),
  { name: "Gateways", value: ({ gateways }) => formatCount(gateways.length) },
  { name: "Connections", value: ({ gateways }) => formatCount(sum(gateways, "connections")) },
  { name: "Subscriptions", value: ({ gateways }) => formatCount(sum(gateways, "subscriptions")) },
  { name: "Channels", value: ({ channels_total: total }) => formatCount(total) },
  { name: "Frames/s", value: ({ gateways }) => formatRate(sum(gateways, "frames_per_second")) },
  {
    name: "Worst loop lag",
    title: "The largest 99th percentile of all gateways in the last minute",
    value: ({ gateways }) => formatMilliseconds(worstLag(gateways)),
    isBad: ({ gateways }) => worstLag(gateways) > LATE_MILLISECONDS,
  },
  {
    name: "Waiting",
    title: "What waits for slow readers now",
    value: ({ gateways }) => formatBytes(sum(gateways, "waiting_bytes")),
  },
  { name: "Slow closed", value: ({ gateways }) => formatCount(sum(gateways, "slow_closed")) },
  partOfHealth("Database", "database"),
  partOfHealth("Channel layer", "layer"),
  { name: "Uptime", value: ({ health }) => formatDuration(health?.uptime) },
];

export class Totals {
  #figures = new Figures(byId("totals"), FIGURES);
  /** @type {Report | null} */
  #report = null;
  /** @type {Health | undefined} */
  #health;

  /** @param {Report} report the data of `ops.gateways` */
  show(report) {
    this.#report = report;
    this.#figures.show({ ...report, health: this.#health });
  }

  /** @param {Health} health the data of `system.health` */
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

/**
 * @param {string} name
 * @param {"status" | "database" | "layer"} field
 * @returns {import("./figures.js").Figure<{health?: Health}>}
 */
function partOfHealth(name, field) {
  return {
    name,
    value: ({ health }) => health?.[field] ?? NOTHING,
    isBad: ({ health }) => health !== undefined && health[field] !== "ok",
  };
}

/**
 * @param {Gateways} gateways
 * @param {"connections" | "subscriptions" | "frames_per_second" | "waiting_bytes" | "slow_closed"} name
 */
function sum(gateways, name) {
  return gateways.reduce((total, gateway) => total + gateway[name], 0);
}

/** @param {Gateways} gateways @returns {number} NaN where no gateway has measured any */
function worstLag(gateways) {
  const lags = gateways.map(({ lag_ms_p99: lag }) => lag).filter((lag) => lag !== null);
  return lags.length ? Math.max(...lags) : NaN;
}
