/** What the server says of public signals and of models, as the tests of the page take it. */

export const START = Date.parse("2026-11-22T12:00:00.000Z");
export const MINUTE = 60_000;

export function signal(changes = {}) {
  return {
    ...{ symbol: "BTCUSDT", model: "rsi_reversion", title: "RSI reversion", version: "1", horizon: "1m", action: "buy", price: 94_000 },
    ...{ confidence: 0.6, reason: "RSI 28 is below 30", timestamp: START, outcome: "waiting", judged_at: START + 2 * MINUTE },
    ...changes,
  };
}

export function record(changes = {}) {
  return {
    ...{ symbol: "BTCUSDT", model: "rsi_reversion", title: "RSI reversion", horizon: "1m", right: 31, wrong: 29, waiting: 1, hold: 2, independent: 60 },
    ...{ hit_rate: 0.516667, brier_score: 0.252, calibration: [{ least: 0.6, most: 0.7, signals: 60, independent: 60, confidence: 0.65, hit_rate: 0.516667 }] },
    versions: [],
    ...changes,
  };
}

const NOTHING = { netReturn: 0, trades: 0 };

export function card(changes = {}) {
  return {
    ...{ id: "model_k3xw7a2bqpzm", source: "binance", symbol: "BTCUSDT", interval: "1m", algorithm: "boosting", horizon: 15, version: 7, state: "active", inUse: true },
    ...{ silence: null, liveState: null, reason: null, trainedAt: "2026-11-23T02:00:00.000Z", validUntil: "2026-11-25T02:00:00.000Z" },
    ...{ trainedFrom: "2026-08-25T02:00:00.000Z", trainedTo: "2026-11-23T02:00:00.000Z", learntSinceTraining: null, candles: 129_600, examples: 129_552 },
    ...{ featuresHash: "5d0a", features: ["return_1", "rsi"], dataHash: "b117", seed: 1, parameters: { learning_rate: 0.05 } },
    ...{ libraries: { "scikit-learn": "1.9.1" }, feeRate: 0.001, abstainWithin: 0.03, breakEven: 1.27 },
    calibration: { slope: 0.21, intercept: 0.01, outcomes: 64_776, auc: 0.507, aucError: 0.0088, hasSkill: false },
    earnings: NOTHING,
    baselines: { flat: NOTHING, hold: { netReturn: 0.013, trades: 5 }, lastSign: { netReturn: -0.84, trades: 1090 } },
    windows: [{ start: "2026-10-09T02:14:59.999Z", end: "2026-10-18T02:11:59.999Z", examples: 12_955, auc: 0.511, aucError: 0.0197, decided: 0, right: null, earnings: NOTHING }],
    reliability: [{ count: 5182, said: 0.48, came: 0.49 }],
    ...changes,
  };
}
