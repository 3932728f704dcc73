/** What may stand in clients/scenarios/scenarios.json; anything else is an error. */
import assert from "node:assert/strict";

const FIELDS = ["name", "dialects", "token", "short_tokens", "options", "steps"];

/** Each option's meaning for this client. */
const OPTIONS = {
  command_timeout: (value) => ({ commandTimeout: milliseconds(value) }),
  queue_limit: (value) => ({ queueLimit: value }),
  maximum_attempts: (value) => ({ maximumAttempts: value }),
  open_timeout: (value) => ({ connectTimeout: milliseconds(value) }),
  ping_interval: (value) => ({ pingInterval: milliseconds(value) }),
  pong_timeout: (value) => ({ pingTimeout: milliseconds(value) }),
};

/** The fields of each step besides `do`. */
const STEPS = {
  connect: ["code"],
  disconnect: [],
  reconnect: [],
  expect_state: ["state", "within"],
  expect_error: ["code", "channel", "within"],
  subscribe: ["channels", "throttle_ms", "batch"],
  unsubscribe: ["channels"],
  resubscribe: [],
  expect_channels: ["channels"],
  expect_subscriptions: ["channels"],
  expect_event: ["channel", "type", "stale", "within"],
  expect_unbroken: ["channel", "trades", "within"],
  expect_resync: ["channel", "within"],
  expect_message: ["type", "within"],
  command: ["action", "params", "timeout", "id", "as"],
  expect_waiting: ["of"],
  expect_answer: ["to", "code", "data", "within"],
  expect_sent: ["frames", "within"],
  expect_resent: ["action", "within"],
  expect_connections: ["count"],
  expect_refused: ["at_least", "within"],
  define: ["name", "load", "params", "channels"],
  follow: ["name", "what", "of"],
  update: ["name", "with", "send", "params", "timeout", "as"],
  expect_value: ["name", "value", "within"],
  expect_now: ["name", "value"],
  another_reads: ["channel"],
  proxy: ["act", "times", "status", "text", "binary"],
  gateway: ["act"],
  exchange: ["fault", "parameters", "end"],
  log_out: [],
  outlive_token: [],
};

/** @param {number} seconds */
export function milliseconds(seconds) {
  return seconds * 1000;
}

/**
 * @param {any} scenario
 * @returns {import("../../src/options.js").ClientOptions}
 */
export function optionsOf(scenario) {
  assertFields("a scenario", scenario, FIELDS);
  const options = Object.entries(scenario.options ?? {}).map(([name, value]) => known(OPTIONS, name)(value));
  return Object.assign({}, ...options);
}

/**
 * @param {string} name
 * @param {object} fields
 */
export function assertStep(name, fields) {
  assertFields(`the step ${name}`, fields, known(STEPS, name));
}

/**
 * @template Value
 * @param {Record<string, Value>} values
 * @param {string} name
 * @returns {Value}
 */
export function known(values, name) {
  if (!Object.hasOwn(values, name)) throw new Error(`The scenarios' README has no ${name}`);
  return values[name];
}

function assertFields(what, given, names) {
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  assert.deepEqual(unknown, [], `Unknown fields of ${what}`);
}
