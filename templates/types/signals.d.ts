/** What the pages know of public signals and of models that learn: what REST answers below `/api/v1/trading/`. */
import type { Time } from "@tidewire/client/protocol";
import type { PublicSignalAnswer, SignalRecordAnswer, VersionRecordAnswer } from "./answers.js";

export type {
  EarningsAnswer as Earnings,
  ModelVersionAnswer as ModelCard,
  NewestSignalsAnswer as NewestSignals,
  SignalRecordAnswer as SignalRecord,
  SignalRecordsAnswer as SignalRecords,
} from "./answers.js";

/** A public signal as it is answered, or as `signals:<SYMBOL>` has just told it: then nobody knows when it is judged. */
export type PublicSignal = Omit<PublicSignalAnswer, "judged_at"> & { judged_at: Time | null };

/** A record of some signals, counted together. */
export type SignalFigures = Omit<VersionRecordAnswer, "version">;

/** The record of a model, of one of its versions or of all: then `version` is null. */
export type ShownRecord = Omit<SignalRecordAnswer, "versions"> & { version: string | null };

/** How often something came true of which `said` was the mean probability; `independent` of `count` don't overlap. */
export interface CalibrationPoint {
  said: number;
  came: number;
  count: number;
  independent: number;
}
