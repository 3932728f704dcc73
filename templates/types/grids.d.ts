/** What the pages know of grids: what REST answers below `/api/v1/trading/`, and the channels `grid.<id>.*`. */
export type { GridOrder, GridRisk, GridTrade } from "../../clients/javascript/events/engine.js";
export type {
  GridAnswer as Grid,
  GridParametersAnswer as GridParameters,
  LevelAnswer as Level,
  PreviewAnswer as Preview,
  WarningAnswer as GridWarning,
} from "./answers.js";
