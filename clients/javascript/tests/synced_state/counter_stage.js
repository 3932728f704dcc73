/** A counter of the server's that is kept in step over a connection of the test's own. */
import { StateSync } from "../../src/state_sync.js";
import { OwnConnection } from "../own_connection.js";
import { until } from "../waiting.js";

export const add = (value, event) => ({ ...value, count: value.count + event });

export class CounterStage {
  connection = new OwnConnection();
  sync = new StateSync(this.connection);
  /** What the server holds; the snapshot is a copy. */
  stored = { count: 1 };

  /** The counter, with what of its definition is to be otherwise. */
  counter = (definition = {}) => {
    const load = async () => ({ ...this.stored });
    return this.sync.define("counter", { load, channels: ["counter"], apply: add, ...definition });
  };

  /** The counter after its first snapshot. */
  loadedCounter = async (definition) => {
    const value = this.counter(definition);
    await until(() => value.value !== undefined);
    return value;
  };
}

/** Every value of an event from now on. */
export function told(value, name) {
  const values = [];
  value.on(name, (given) => values.push(given));
  return values;
}
