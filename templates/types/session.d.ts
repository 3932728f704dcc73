/** What a page's `Session` tells those who listen to it. */
import type { User } from "../static/shared/session/session_store.js";

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
