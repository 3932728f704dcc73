/** The parts of the page that only strategies have: signals on the chart and in their table, orders, the last advice. */
import { byId } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";
import { backtestAddress } from "../../shared/strategies/backtest_address.js";
import { valuesOf } from "../form/strategy_given.js";
import { lastSignalText } from "./strategy_text.js";
import { showOrders, showSignals } from "./strategy_tables.js";

/**
 * @param {import("../../shared/chart/market/market_panel.js").MarketPanel} panel
 * @param {import("../../../types/strategies.js").LiveStrategy} strategy
 * @param {import("../../shared/trading/instances/shown_instance.js").Traded} traded
 */
export function showStrategy(panel, strategy, { orders, resting, market: { decimals } }) {
  const signals = strategy.signals ?? [];
  const lines = resting.map(({ side, price }) => ({ key: `${side} ${price}`, price, colour: side === "buy" ? "up" : "down", isFaint: false }));
  panel.showLines(lines, `${resting.length} orders rest`);
  panel.showSignals(signals);
  setText(byId("shown-signal"), lastSignalText(signals[0], decimals));
  showSignals(signals, decimals);
  showOrders(orders, decimals);
  showTraceback(strategy.traceback);
  const { account: _, investment: capital, ...values } = valuesOf(strategy);
  byId("shown-backtest").setAttribute("href", backtestAddress({ ...values, capital }));
}

/** @param {string | null} traceback null: it hasn't failed, or that isn't for whoever looks */
function showTraceback(traceback) {
  byId("traceback").hidden = !traceback;
  setText(byId("traceback-text"), traceback ?? "");
}
