import assert from "node:assert/strict";
import { test } from "node:test";
import { PageMemory, SessionStore } from "../../../../templates/static/shared/session/session_store.js";

const session = { refresh: "refresh token", user: { user_id: "1", username: "demo" } };

test("it reads what it wrote, until it is cleared", () => {
  const store = new SessionStore(new PageMemory());
  assert.equal(store.read(), null);
  store.write(session);
  assert.deepEqual(store.read(), session);
  store.clear();
  assert.equal(store.read(), null);
});

for (const text of ["", "not json", "null", "7", "{}", '{"refresh":"x"}', '{"refresh":1,"user":{"username":"demo"}}']) {
  test(`it takes ${JSON.stringify(text)} for nobody's session`, () => {
    const memory = new PageMemory();
    memory.setItem("tidewire.session", text);
    assert.equal(new SessionStore(memory).read(), null);
  });
}
