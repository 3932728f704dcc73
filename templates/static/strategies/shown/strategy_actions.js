/** What can be done with the strategy that is shown. */
import { InstanceActions } from "../../shared/trading/instances/instance_actions.js";

/** @typedef {import("../../../types/strategies.js").LiveStrategy} LiveStrategy */

/** @extends {InstanceActions<LiveStrategy>} */
export class StrategyActions extends InstanceActions {
  /**
   * @param {import("../requests.js").StrategyRequests} requests
   * @param {import("../../shared/confirm_dialog.js").ConfirmDialog} dialog
   * @param {() => ({instance: LiveStrategy} & import("../../../types/instances.js").InstanceMarket) | null} shown
   * @param {() => void} done something: what it made of the strategy is to be read
   */
  constructor(requests, dialog, shown, done) {
    const whilePaused = "It decides nothing until you resume it.";
    const onceResumed = () => "It goes on from what it holds, and decides again at the next candle that closes.";
    super("strategy", { requests, dialog, shown, done, whilePaused, onceResumed });
  }
}
