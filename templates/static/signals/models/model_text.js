/** A model's card in plain words. Pure. */
import { exchangeName } from "../../shared/market_data/exchange_text.js";
import { NOTHING, capitalized, formatNumber, formatPercent, formatQuantity, formatWhole } from "../../shared/format.js";
import { momentText, msOf } from "../../shared/moments.js";
import { percentText, text } from "../../shared/typed_numbers.js";
import { percent } from "../record/calibration_points.js";

/** @typedef {import("../../../types/signals.js").ModelCard} ModelCard */
/** @typedef {import("../../../types/signals.js").Earnings} Earnings */

/** @type {Record<string, string>} */
const ALGORITHMS = { boosting: "Gradient boosting", online: "Online logistic regression" };
const STATES = { active: "In use", silenced: "Silenced", retired: "Replaced" };
/** @type {Record<string, string>} */
const SILENCES = { drift: "its directions have become wrong more often", expired: "it was trained too long ago", staff: "staff silenced it" };
const LIVE_SILENCES = { no_candles: "candles since its training are still missing", no_features: "too few candles since the start or a gap, or no order book", no_skill: "what it said lately was no better than chance" };
const SPEAKING = "It says a direction where it is sure enough.";
const UNKNOWN = "It says nothing: from which exchange its candles came isn't known.";
const ANOTHER_MARKET = "Of another market";
const NO_SKILL = "It says nothing: its calibration tells no more than chance.";

/** @param {ModelCard} card */
export function modelTitle({ algorithm, symbol, interval, version }) {
  return `${algorithmText(algorithm)} on ${symbol}, ${interval}, version ${version}`;
}

/** @param {ModelCard} card */
export function optionText(card) {
  return `${modelTitle(card)} (${stateText(card).toLowerCase()})`;
}

/** @param {Pick<ModelCard, "state" | "inUse">} card in use is only what is asked here: of the market that there is */
export function stateText({ state, inUse }) {
  return inUse || state === "retired" ? STATES[state] : ANOTHER_MARKET;
}

/** @param {Pick<ModelCard, "validUntil">} card @param {number} now ms since the epoch @returns {boolean} whether it is too old to say anything, be it asked or not */
export function isExpired({ validUntil }, now) {
  return now >= msOf(validUntil);
}

/** @param {ModelCard} card @param {number} now ms since the epoch @returns {string} whether it says anything now, and if not, why */
export function silenceText({ source, state, inUse, silence, liveState, reason, calibration, validUntil }, now) {
  if (source === null) return UNKNOWN;
  if (stateText({ state, inUse }) === ANOTHER_MARKET) return `It says nothing here: the market isn't that of ${sourceText(source)}.`;
  if (state === "silenced") return `It says nothing: ${reason || SILENCES[silence ?? ""] || "it was silenced"}.`.replace("..", ".");
  if (state === "retired") return "Another version has come in its place.";
  if (isExpired({ validUntil }, now)) return `It says nothing: ${SILENCES.expired}.`;
  if (liveState !== null && liveState !== "speaking") return `It says nothing now: ${LIVE_SILENCES[liveState]}.`;
  return liveState === "speaking" || calibration?.hasSkill ? SPEAKING : NO_SKILL;
}

/** @param {ModelCard} card @returns {string[]} sentences */
export function cardSentences(card) {
  return [predictionSentence(card), rangeSentence(card), learntSentence(card), askedSentence(card), skillSentence(card), earningsSentence(card), breakEvenSentence(card)].filter(Boolean);
}

/**
 * @param {ModelCard} card
 * @returns {import("../../../types/signals.js").CalibrationPoint[]} outcomes at each candle overlap as many times as the horizon has candles
 */
export function reliabilityPoints({ reliability, horizon }) {
  return (reliability ?? []).map((point) => ({ ...point, independent: Math.max(1, Math.floor(point.count / horizon)) }));
}

/** @param {ModelCard} card */
function predictionSentence({ symbol, horizon, interval, abstainWithin }) {
  const band = `${percentText(text(abstainWithin))} per cent of a half`;
  return `It says how probable it is that ${symbol} stands higher ${formatQuantity(horizon, "candle")} of ${interval} later, and abstains within ${band}.`;
}

/** @param {ModelCard} card */
function rangeSentence({ source, candles, trainedFrom, trainedTo, trainedAt, validUntil, features }) {
  const range = `${formatWhole(candles)} candles of ${sourceText(source)} from ${momentText(trainedFrom)} to ${momentText(trainedTo)}`;
  return `It learnt from ${range}, by ${formatQuantity(features.length, "feature")}; trained ${momentText(trainedAt)}, good until ${momentText(validUntil)}.`;
}

/** @param {ModelCard} card */
function learntSentence({ learntSinceTraining }) {
  if (!learntSinceTraining) return "";
  const { labels, newest } = learntSinceTraining;
  if (!labels || newest === null) return "It learns on while a live strategy asks it; since its training it has learnt nothing yet.";
  return `It learns on while a live strategy asks it: since its training from ${formatWhole(labels)} outcome${labels === 1 ? "" : "s"}, the newest known ${momentText(newest)}.`;
}

/** @param {ModelCard} card */
function askedSentence({ source }) {
  if (source === null) return "";
  return `It is asked only of prices of ${sourceText(source)}${source === "simulator" ? ", and drives only demo accounts" : ""}.`;
}

/** @param {ModelCard} card */
function skillSentence({ calibration }) {
  if (!calibration) return "There were too few outcomes to say how good it is.";
  const { outcomes, auc, aucError, hasSkill } = calibration;
  const verdict = hasSkill ? "more than chance explains" : "no more than chance";
  return `Over ${formatWhole(outcomes)} outcomes that it hadn't seen it told rises from falls with an AUC of ${formatNumber(auc, 3)} ± ${formatNumber(aucError, 3)}, where 0.5 is a coin's: ${verdict}.`;
}

/** @param {ModelCard} card */
function earningsSentence({ earnings, baselines, feeRate }) {
  const best = Math.max(0, baselines.hold.netReturn ?? 0, baselines.lastSign.netReturn ?? 0);
  const verdict = (earnings.netReturn ?? 0) > best ? "more than each of its baselines" : "no more than the best of its baselines";
  return `Followed there, long or out of the market, it would have earned ${returnText(earnings)} net of fees of ${percentText(text(feeRate))}% for each trade: ${verdict}.`;
}

/** @param {ModelCard} card */
function breakEvenSentence({ breakEven }) {
  if (breakEven === null) return "";
  if (breakEven >= 1) return "A move within its horizon is too small to earn the fees: no model could.";
  return `A rise has to be at least ${formatNumber(breakEven * 100, 1)}% probable to earn the fees.`;
}

/** @param {ModelCard} card @returns {[string, string, string][]} who, what was earned, in how many trades */
export function earningsRows({ earnings, baselines: { flat, hold, lastSign } }) {
  /** @type {[string, Earnings][]} */
  const rows = [["This model", earnings], ["Doing nothing", flat], ["Holding", hold], ["Long after each rise", lastSign]];
  return rows.map(([name, each]) => [name, returnText(each), formatWhole(each.trades)]);
}

/** @param {ModelCard} card @returns {string[][]} by window: its span, AUC, how often a direction was said and right, what was earned */
export function windowRows({ windows }) {
  return (windows ?? []).map(({ start, end, auc, aucError, decided, right, earnings }) => [
    `${day(start)} to ${day(end)}`,
    auc === null ? NOTHING : `${formatNumber(auc, 3)} ± ${formatNumber(aucError, 3)}`,
    formatWhole(decided),
    right === null ? NOTHING : percent(right),
    returnText(earnings),
  ]);
}

/** @param {ModelCard} card @returns {[string, string][]} */
export function madeRows({ seed, parameters, libraries, dataHash, featuresHash, features, examples }) {
  const named = Object.entries({ ...parameters, ...libraries }).map(([name, value]) => /** @type {[string, string]} */ ([capitalized(name.replaceAll("_", " ")), text(value)]));
  return [["Examples", formatWhole(examples)], ["Seed", text(seed)], ...named, ["Features", features.join(", ")], ["Hash of the candles", dataHash], ["Hash of the features", featuresHash]];
}

/** @param {string | null} source */
function sourceText(source) {
  if (source === null) return "an unknown exchange";
  return source === "simulator" ? "the simulator" : exchangeName(source);
}

/** @param {string} algorithm */
function algorithmText(algorithm) {
  return ALGORITHMS[algorithm] ?? capitalized(algorithm);
}

/** @param {Earnings} earnings */
function returnText({ netReturn }) {
  return netReturn === null ? NOTHING : formatPercent(netReturn * 100);
}

/** @param {import("@tidewire/client/protocol").Time} moment */
function day(moment) {
  return Number.isFinite(msOf(moment)) ? momentText(moment).slice(0, 10) : NOTHING;
}
