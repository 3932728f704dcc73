import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, shownOf } from "../../../templates/static/backtests/address.js";
import { comparedRows, namesOf, settingRows } from "../../../templates/static/backtests/comparison/comparison_rows.js";
import { momentText, spanText } from "../../../templates/static/shared/moments.js";
import { figuresText, isUnderWay, phaseText, shortPhaseText, withProgress } from "../../../templates/static/backtests/progress.js";
import { costsText, paramRows, reasonText } from "../../../templates/static/backtests/runs/run_text.js";
import { bestCells, heatMapOf, heatOf, scaleOf } from "../../../templates/static/backtests/sweep/heat_map.js";
import { paramsText, rankText, sweepLuckText, sweptText, walkForwardText } from "../../../templates/static/backtests/sweep/sweep_text.js";
import { START, backtest, metrics, result, sweep } from "./fixtures.js";

const compared = (params, changes) => ({ backtest: backtest({ params, ...changes }), metrics: metrics({ total_return: params.period / 100 }), equity: result().equity });

test("the address names one backtest, or two to five to compare, and nothing else", () => {
  const shown = (pathname, hash = "") => shownOf({ pathname, hash });
  assert.deepEqual(shown("/backtests/bt_abc/"), { id: "bt_abc", compared: [] });
  assert.deepEqual(shown("/backtests/", "#compare=a,b,c,d,e,f").compared, ["a", "b", "c", "d", "e"]);
  assert.deepEqual([shown("/backtests/"), shown("/backtests/", "#compare=a"), shown("/backtests/a/b/")], Array(3).fill({ id: "", compared: [] }));
  for (const place of [{ id: "bt_abc", compared: [] }, { id: "", compared: ["a", "b"] }, { id: "", compared: [] }]) {
    const { pathname, hash } = new URL(addressOf(place), "https://tidewire.test");
    assert.deepEqual(shown(pathname, hash), place);
  }
});

test("it takes progress as it is told, and none once the run has ended", () => {
  const queued = backtest({ state: "created" });
  assert.equal(phaseText(queued), "Queued: it begins once a worker is free");
  const fetching = withProgress(queued, { id: queued.id, phase: "candles", progress: 0.256, current_date: "2026-11-01", trades_count: 0, current_equity: 1000 });
  assert.deepEqual([fetching.state, phaseText(fetching), figuresText(fetching, "USDT")], ["running", "Fetching missing candles, 26%", "at 2026-11-01"]);
  assert.deepEqual([queued, fetching].map(shortPhaseText), ["Queued", "Fetching, 26%"]);
  const running = withProgress(fetching, { id: queued.id, phase: "run", progress: 0.5, current_date: "2026-11-21", trades_count: 1234, current_equity: 1010.5 });
  assert.deepEqual([phaseText(running), figuresText(running, "USDT")], ["Running, 50%", "at 2026-11-21 · 1,234 trades · equity 1,010.50 USDT"]);
  assert.equal(withProgress(backtest(), { id: "x", progress: 0.9 }).state, "completed");
  assert.deepEqual(["created", "running", "completed", "cancelled", "error"].map((state) => isUnderWay({ state })), [true, true, false, false, false]);
});

test("it says why a run is as it is", () => {
  assert.equal(reasonText(backtest({ state: "error", reason: "the worker ended." })), "It could not be run. The worker ended.");
  assert.match(reasonText(backtest({ state: "cancelled", metrics: metrics() })), /had until then/);
  assert.match(reasonText(backtest({ state: "cancelled" })), /no result yet/);
  assert.equal(reasonText(backtest()), "");
});

test("it writes times, costs and parameters for people", () => {
  assert.deepEqual([spanText(START, START + 86_400_000), spanText(START, START + 60_000)], ["2026-11-21 to 2026-11-22", "2026-11-21 00:00 to 2026-11-21 00:01"]);
  assert.deepEqual([momentText(null), momentText(START + 1_000)], ["–", "2026-11-21 00:00:01"]);
  assert.equal(costsText(backtest()), "1,000 USDT, fee 0.1%, slippage 0.05%");
  assert.match(costsText(backtest({ symbol: "ETHBTC", initial_capital: 0.005 })), /^0\.00500000 BTC,/);
  assert.deepEqual(paramRows({ params: { exit_at_end: true, levels: [1, 2], stop: null } }), [["Exit at end", "yes"], ["Levels", "1, 2"], ["Stop", "–"]]);
});

test("it marks the settings in which compared runs differ, and names each run by them", () => {
  const items = [compared({ period: 7, low: 30 }), compared({ period: 14, low: 30 })];
  assert.deepEqual(settingRows(items).filter(({ isDifferent }) => isDifferent).map(({ name, texts }) => [name, texts]), [["Period", ["7", "14"]]]);
  assert.deepEqual(namesOf(items), ["1. Period 7", "2. Period 14"]);
  const other = [compared({ period: 7 }), compared({ fast: 3 }, { title: "Cross", strategy: "ma_cross" })];
  assert.deepEqual(namesOf(other), ["1. RSI reversion, Period 7", "2. Cross, Fast 3"]);
  assert.deepEqual(namesOf([items[0], items[0]]), ["1. RSI reversion", "2. RSI reversion"]);
});

test("it marks the best of each metric, the least where less is better, and none where two are equal", () => {
  const items = [compared({ period: 7 }), compared({ period: 14 })];
  items[0].metrics.max_drawdown = 0.01;
  const best = Object.fromEntries(comparedRows(items).map(({ row, best: place }) => [row.name, place]));
  assert.deepEqual([best.total_return, best.max_drawdown, best.sharpe, best.trades], [1, 0, null, null]);
});

test("the heat map has the two parameters with the most values as its axes", () => {
  const { rows, columns, grid, others, bounds } = heatMapOf(sweep(), "sharpe");
  assert.deepEqual([rows.name, columns.name, others], ["low", "period", []]);
  assert.deepEqual(grid.map((row) => row.map(({ value }) => Number(value.toFixed(2)))), [[-0.3, 0.4, 1.1], [-0.8, -0.1, 0.6]]);
  assert.deepEqual(bounds.map((value) => Number(value.toFixed(2))), [-0.8, 1.1]);
});

test("of parameters that are no axis it shows the best, and of one parameter a single row", () => {
  const { axes, cells } = sweep();
  const third = cells.flatMap((cell) => [0, 1].map((stop) => ({ parameters: { ...cell.parameters, stop }, metrics: metrics({ sharpe: cell.metrics.sharpe + stop }) })));
  const map = heatMapOf({ axes: [...axes, { name: "stop", values: [0] }], cells: third }, "sharpe");
  assert.deepEqual([map.others, Number(map.grid[0][0].value.toFixed(2)), map.grid[0][0].cell.parameters.stop], [["stop"], 0.7, 1]);
  const one = heatMapOf({ axes: [axes[0]], cells: cells.filter(({ parameters }) => parameters.low === 20) }, "sharpe");
  assert.deepEqual([one.rows, one.grid.length, one.grid[0].length], [null, 1, 3]);
});

test("values find their field whether they are told as numbers or as text", () => {
  const { grid } = heatMapOf({ axes: [{ name: "low", values: [0.1, 0.2] }], cells: [{ parameters: { low: "0.10" }, metrics: { sharpe: 1 } }] }, "sharpe");
  assert.deepEqual(grid[0].map(({ value }) => value), [1, null]);
});

test("a field is as strong as its gain or loss beside the greatest of either", () => {
  const heat = (value, bounds, isSigned = true) => Object.values(heatOf(value, bounds, { isSigned }));
  assert.deepEqual([heat(2, [-1, 2]), heat(-1, [-1, 2]), heat(0, [0, 0]), heat(null, [0, 1])], [["up", 10], ["down", 5], ["up", 0], ["none", 0]]);
  assert.deepEqual([scaleOf([-1, 2], { isSigned: true }), scaleOf([5, 15], { isSigned: false }), scaleOf(null, { isSigned: true })], [[-2, 2], [5, 15], null]);
  assert.deepEqual([heat(5, [5, 15], false), heat(15, [5, 15], false), heat(5, [5, 5], false)], [["up", 0], ["up", 10], ["up", 5]]);
});

test("the best combinations come first, without those that have no value", () => {
  const cells = [1, null, 3, 2].map((sharpe) => ({ parameters: {}, metrics: { sharpe } }));
  const best = (isLessBetter) => bestCells(cells, "sharpe", { isLessBetter, most: 2 }).map(({ metrics: { sharpe } }) => sharpe);
  assert.deepEqual([best(false), best(true)], [[3, 2], [1, 2]]);
});

test("it says how many runs a sweep had, what was left out or failed, and whether its best may be luck", () => {
  const cells = [...sweep().cells, { number: 6, parameters: {}, metrics: null, error: "grid: too little money" }];
  assert.equal(sweptText(sweep({ cells, left_out: 2 })), "7 runs. 2 combinations left out, as the strategy doesn't allow them. 1 run failed.");
  assert.equal(sweptText(sweep()), "6 runs.");
  assert.match(sweepLuckText(sweep()), /^You have tried 7 backtests on ETHUSDT by now: .* is 30%/);
  assert.match(sweepLuckText(sweep({ deflated_sharpe: null })), /^There are too few returns/);
  assert.equal(paramsText({ exit_at_end: true, period: 14 }), "exit at end yes, period 14");
});

test("a run that failed is a field without a value, and never among the best", () => {
  const cells = [{ number: 0, parameters: { period: 7 }, metrics: null, error: "no" }, { number: 1, parameters: { period: 14 }, metrics: { sharpe: 1 }, error: "" }];
  const { grid } = heatMapOf({ axes: [{ name: "period", values: [7, 14] }], cells }, "sharpe");
  assert.deepEqual(grid[0].map(({ value }) => value), [null, 1]);
  assert.deepEqual(bestCells(cells, "sharpe", { isLessBetter: false, most: 5 }).map(({ number }) => number), [1]);
});

test("it says what following the best of before came to", () => {
  const windows = Array(4).fill({});
  const text = walkForwardText({ windows, rank_by: "sharpe", total_return: -0.012, sharpe: -0.5, among_best: 1 });
  assert.equal(text, "Trading what was best before returned −1.20% in all, with a Sharpe ratio of −0.50. In 1 of 4 windows the one that was chosen was among the best quarter afterwards.");
});

test("windows in which none was chosen don't count, and have no place", () => {
  const windows = [{ best: null, rank: null, ranked: 6 }, { best: 3, rank: 2, ranked: 6 }];
  const report = { windows, rank_by: "sharpe", total_return: 0, sharpe: null, among_best: 1 };
  assert.match(walkForwardText(report), / In 1 of 1 window the one/);
  assert.match(walkForwardText({ ...report, windows: [windows[0]], among_best: 0 }), / In no window did the days before tell one from another\.$/);
  assert.deepEqual(windows.map(rankText), ["–", "2 of 6"]);
});
