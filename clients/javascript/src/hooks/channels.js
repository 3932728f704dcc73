/** Subscribing while a component is mounted, and the state that the channels' events make. */
import { matches } from "../emitter.js";
import { useFollowing } from "./following.js";
import { subscriptionsOf } from "./shared_subscriptions.js";

/** @typedef {import("../system.js").WebSocketSystem} WebSocketSystem */
/** @typedef {import("../../protocol.js").Frame} Frame */
/** @typedef {import("../../protocol.js").ConnectionEvents["error"]} Refusal */

/**
 * What channels have told: the data, which of them have told nothing yet, and the last refusal.
 *
 * @template Data
 * @typedef {{data: Data, waiting: Set<string>, error: Refusal | undefined}} Followed
 */

/**
 * @template Data
 * @typedef {object} Following
 * @property {string[]} channels
 * @property {boolean} enabled
 * @property {import("../../protocol.js").SubscriptionOptions} [subscription]
 * @property {boolean} [awaitsData] whether it is loading until data came, or only until the server has agreed
 * @property {(before: Data | undefined) => Data} initial
 * @property {(data: Data, frame: Frame) => Data} apply must return new data
 * @property {(data: Data) => Data} [missed] what stands where events may have been missed, as by a new connection
 */

/**
 * Subscribe to channels, and fold their events into data.
 *
 * @template Data
 * @param {WebSocketSystem} system
 * @param {Following<Data>} following
 * @returns {{data: Data, loading: boolean, error: Refusal | undefined}}
 */
export function useChannels(system, following) {
  const wanted = following.enabled ? [...new Set(following.channels)] : [];
  const { throttleMilliseconds, batch } = following.subscription ?? {};
  const { data, waiting, error } = useFollowing(
    (before) => beginning(following.initial(before?.data), wanted),
    (change) => {
      const ends = wanted.map((channel) => followChannel(system, channel, following, change));
      if (following.missed) ends.push(whenMissed(system, wanted, following.missed, change));
      ends.push(subscriptionsOf(system).acquire(wanted, { throttleMilliseconds, batch }));
      return () => ends.forEach((end) => end());
    },
    [system, JSON.stringify([wanted, throttleMilliseconds, batch])],
  );
  return { data, loading: wanted.some((channel) => waiting.has(channel)), error };
}

/**
 * @template Data
 * @param {Data} data
 * @param {string[]} wanted
 * @returns {Followed<Data>}
 */
function beginning(data, wanted) {
  return { data, waiting: new Set(wanted), error: undefined };
}

/**
 * @template Data
 * @param {WebSocketSystem} system
 * @param {string} channel
 * @param {Following<Data>} following
 * @param {import("./following.js").Change<Followed<Data>>} change
 */
function followChannel(system, channel, { apply, awaitsData = true }, change) {
  /** @param {Frame} frame */
  const receive = (frame) => change((state) => ({ ...told(state, channel), data: apply(state.data, frame) }));
  /** @param {{channel?: string}} frame */
  const agreed = (frame) => {
    if (!awaitsData && frame.channel === channel) change((state) => told(state, channel));
  };
  /** @param {Refusal} error */
  const refused = (error) => {
    if (error.channel === channel) change((state) => ({ ...told(state, channel), error }));
  };
  if (system.client.state === "connected" && system.client.channels.includes(channel)) agreed({ channel });
  system.on(channel, receive);
  system.onMessage("subscribed", agreed);
  system.on("error", refused);
  return () => {
    system.off(channel, receive);
    system.offMessage("subscribed", agreed);
    system.off("error", refused);
  };
}

/**
 * @template Data
 * @param {WebSocketSystem} system
 * @param {string[]} wanted
 * @param {(data: Data) => Data} missed
 * @param {import("./following.js").Change<Followed<Data>>} change
 */
function whenMissed(system, wanted, missed, change) {
  const forget = () => change((state) => ({ ...state, data: missed(state.data) }));
  /** @param {import("../../protocol.js").Resync} resync */
  const lost = ({ channel, complete }) => {
    if (!complete && wanted.some((name) => matches(channel, name))) forget();
  };
  let isOver = false;
  const goOn = async () => {
    if (!(await system.client.resumed(wanted)) && !isOver) forget();
  };
  system.on("connected", goOn);
  system.on("resync", lost);
  return () => {
    isOver = true;
    system.off("connected", goOn);
    system.off("resync", lost);
  };
}

/**
 * The state after a channel has told something; an earlier refusal of it is past.
 *
 * @template Data
 * @param {Followed<Data>} state
 * @param {string} channel
 * @returns {Followed<Data>}
 */
function told(state, channel) {
  const isPast = state.error?.channel === channel;
  if (!isPast && !state.waiting.has(channel)) return state;
  const waiting = new Set([...state.waiting].filter((other) => other !== channel));
  return { ...state, waiting, error: isPast ? undefined : state.error };
}
