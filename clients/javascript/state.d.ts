/** What state sync takes of a connection, and what a program defines. */

export type Listen = (name: string, handler: (value: any) => void) => void;

/**
 * All that state sync needs of a client; `connected` tells that everything is subscribed again, `resync` (`{channel,
 * complete}`, if the connection has it) that events of a channel are missing.
 */
export interface StateConnection {
  state: string;
  on: Listen;
  off: Listen;
  /** Tells, after a reconnect, whether all came that was missed on channels; without it nothing is known of that. */
  resumed?: (channels: string[]) => Promise<boolean>;
}

export interface Definition<Value> {
  /** Makes the snapshot: at first use, and where events of the channels were lost, as by most reconnects. */
  load: () => Promise<Value> | Value;
  /** The program subscribes them. */
  channels?: string[];
  /** Makes a new value after an event of the channels, which may be in the snapshot already. */
  apply?: (value: Value, event: any) => Value;
  /**
   * Decides where the server's value changed (base → server) under a change that it has not confirmed (base → local);
   * without it the change is made again on the server's value.
   */
  resolve?: (conflict: Conflict<Value>) => Value;
}

export interface Conflict<Value> {
  base: Value;
  local: Value;
  server: Value;
}

/** A change that is shown and not confirmed, and between which values it last stood. */
export interface Pending<Value> {
  change: (value: Value) => Value;
  base: Value;
  local: Value;
}
