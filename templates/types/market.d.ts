/** What the pages know of the market: what REST answers below `/api/v1/market/`, and what the user has made of it. */
import type { ChartLayout, ChartLayoutAnswer, DrawingAnswer, LayoutIndicator, SymbolAnswer } from "./answers.js";

export type { DrawingAnswer as Drawing, DrawingKind, DrawingPointAnswer as DrawingPoint, WatchListAnswer as WatchList } from "./answers.js";

/** A symbol that trades: the exchange says its steps. */
export interface Symbol extends Omit<SymbolAnswer, "tickSize" | "stepSize"> {
  tickSize: number;
  stepSize: number;
}

/** `remove`: ids. */
export interface DrawingChange {
  put: DrawingAnswer[];
  remove: string[];
}

/** A layout of the chart, of whichever intervals there were when it was kept; numbers come as text. */
export type Layout = Omit<ChartLayout, "interval" | "indicators"> & {
  interval: string;
  indicators: (Omit<LayoutIndicator, "parameters"> & { parameters: Record<string, string | number> })[];
};

export type NamedLayout = Pick<ChartLayoutAnswer, "id" | "name"> & { layout: Layout };
