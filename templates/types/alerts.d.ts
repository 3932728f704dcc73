/** What the pages know of alert rules: what REST answers below `/api/v1/alerts/`, and the commands of the same names. */
import type { ConditionAnswer, LineAnswer, LinePointAnswer, RuleAnswer } from "./answers.js";

export type { EventAnswer as Firing, EventsAnswer as Firings, RuleAnswer as Rule, TrialAnswer as Trial } from "./answers.js";

/** Numbers as the server wrote them, or as the reader typed them. */
type Typed<Value> = number extends Value ? Value | string : Value;

export type LinePoint = { [Name in keyof LinePointAnswer]: Typed<LinePointAnswer[Name]> };

/** What stands in place of a threshold: it moves with time, and goes on to the right. */
export type Line = Record<keyof LineAnswer, LinePoint>;

/** Which values are meant. */
export type Series = Pick<ConditionAnswer, "source"> & Partial<Pick<ConditionAnswer, "field" | "interval" | "indicator">> & {
  parameters?: Record<string, number | string>;
};

/** A condition of a rule, or one that is made: then what doesn't belong to it is left out. */
export type Condition = Series &
  Pick<ConditionAnswer, "operator"> & {
    [Name in Exclude<keyof ConditionAnswer, keyof Series | "operator" | "line" | "level_source">]?: Typed<ConditionAnswer[Name]>;
  } & { line?: Line | null; level_source?: Series | null };

/** The parameters of a command that makes, changes or tests a rule. */
export type RuleGiven = Record<string, unknown>;

/** A price that a rule looks at. */
export interface Level {
  rule: number;
  /** The place of its condition. */
  condition: number;
  operand: "threshold" | "lower" | "upper";
  price: number;
}

