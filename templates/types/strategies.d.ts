/** What the pages know of live strategies: what REST answers below `/api/v1/trading/`. */
import type { OrderDifference, SignalDifference } from "./answers.js";

export type {
  ComparedOrder,
  ComparedSignal,
  LiveStrategyAnswer as LiveStrategy,
  RunTotals,
  StrategyComparisonAnswer as Comparison,
} from "./answers.js";

/** An order or a signal that differs: what both have in common. `live` or `backtest` is null where that run hadn't it. */
export type Difference<One> = Omit<SignalDifference, "live" | "backtest"> &
  Partial<Pick<OrderDifference, "gain">> & { live: One | null; backtest: One | null };
