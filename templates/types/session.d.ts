/** Who uses a page, as `/api/v1/auth/` answers it, and what its `Session` tells those who listen to it. */
import type { UserProfile } from "./answers.js";

export type { RecoveryCodes, TwoFactorState, TwoFactorTurnedOn } from "./answers.js";

/** What every version of the pages keeps of a user, and what newer ones do. */
export type User = Pick<UserProfile, "user_id" | "username" | "email" | "is_staff" | "is_superuser"> &
  Partial<Pick<UserProfile, "email_confirmed" | "two_factor" | "time_zone" | "device_time_zone">>;

/** What outlives a page: the refresh token, and whose it is. */
export interface StoredSession {
  refresh: string;
  user: User;
}

/** `renewed`: the same user, with other rights or tokens. */
export type Reason = "signed in" | "signed out" | "ended" | "another tab" | "renewed";

export interface SessionChange {
  user: User | null;
  reason: Reason;
}

export interface SessionTarget extends EventTarget {
  addEventListener(type: "change", listener: (event: CustomEvent<SessionChange>) => void): void;
  addEventListener(type: "registered", listener: (event: CustomEvent<{ user: User }>) => void): void;
  addEventListener(...parameters: Parameters<EventTarget["addEventListener"]>): void;
}
