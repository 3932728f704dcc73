import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";
import { MISSING, Stage } from "../../../../clients/javascript/tests/stage.js";
import { Session } from "../../../../templates/static/shared/session/session.js";
import { PageMemory, SessionStore } from "../../../../templates/static/shared/session/session_store.js";

const PASSWORD = "correct horse battery staple";
let users = 0;

describe("a session with a real server", { skip: MISSING }, () => {
  /** @type {Stage} */
  let stage;
  let memory;
  let session;
  let changes;

  before(async () => {
    stage = await Stage.shared();
  });
  beforeEach(async () => {
    await stage.ask("/reset");
    memory = new PageMemory();
    session = sessionOf(memory);
    changes = [];
    session.addEventListener("change", ({ detail }) => changes.push([detail.user?.username ?? null, detail.reason]));
  });

  const sessionOf = (storage) => new Session({ origin: stage.http, store: new SessionStore(storage) });
  const statusOf = async (access) =>
    (await fetch(`${stage.gateway}/api/v1/auth/me/`, { headers: { Authorization: `Bearer ${access}` } })).status;

  /** The connections that are kept for the next request go too. */
  async function refuse(parameters) {
    await stage.ask("/proxy/refuse", parameters);
    await stage.ask("/proxy/cut");
  }

  /** @returns {Promise<string>} the name of a new user, who is signed in */
  async function newUser() {
    users += 1;
    const username = `session_test_${process.pid}_${users}`;
    await session.register({ username, email: `${username}@example.org`, password: PASSWORD });
    await session.signIn({ username, password: PASSWORD });
    return username;
  }

  test("it gives nobody's token where nobody has signed in", async () => {
    assert.deepEqual([session.user, await session.token()], [null, null]);
  });

  test("it signs in whom it has registered, and gives tokens that are good", async () => {
    const username = await newUser();
    assert.deepEqual([session.user.username, changes], [username, [[username, "signed in"]]]);
    assert.equal(await statusOf(await session.token()), 200);
  });

  test("it goes on where it changes the password, and every other session ends", async () => {
    const username = await newUser();
    const other = sessionOf(new PageMemory());
    await other.signIn({ username, password: PASSWORD });
    const changing = session.changePassword({ current: PASSWORD, new: `${PASSWORD} 2` });
    assert.equal(await statusOf(await session.token()), 200); // asked for while it is being changed
    await changing;
    assert.deepEqual([session.user.username, changes.at(-1)], [username, [username, "signed in"]]);
    assert.equal(await other.token(), null);
    await assert.rejects(session.changePassword({ current: "wrong", new: `${PASSWORD} 3` }), ({ fields }) => "current" in fields);
    assert.equal(session.user.username, username);
  });

  test("it keeps the zone that it chooses, and whom it shows needn't connect anew for that", async () => {
    const username = await newUser();
    const zones = { time_zone: "Asia/Tokyo", device_time_zone: "Europe/Vienna" };
    await session.chooseTimeZone(zones);
    const { time_zone, device_time_zone } = sessionOf(memory).user;
    assert.deepEqual([session.user.time_zone, { time_zone, device_time_zone }], ["Asia/Tokyo", zones]);
    assert.deepEqual(changes, [[username, "signed in"]]);
  });

  test("it is there again on the next page", async () => {
    const username = await newUser();
    const next = sessionOf(memory);
    assert.equal(next.user.username, username);
    assert.equal(await statusOf(await next.token()), 200);
  });

  test("it tells the server's refusal with its fields", async () => {
    const username = await newUser();
    await assert.rejects(session.register({ username, email: "nowhere", password: PASSWORD }), {
      name: "SessionError",
      status: 400,
      code: "VALIDATION_ERROR",
      fields: { username: "This user name is taken", email: "Enter a valid email address." },
    });
  });

  test("it stays as it was where the credentials are wrong", async () => {
    const username = await newUser();
    await assert.rejects(session.signIn({ username, password: "guess" }), { status: 401, message: "Wrong user name or password" });
    assert.equal(session.user.username, username);
  });

  test("it has the server refuse this session's tokens after signing out, and forgets at once", async () => {
    await newUser();
    const elsewhere = sessionOf(memory);
    const access = await session.token();
    const left = session.signOut();
    assert.deepEqual([session.user, changes.at(-1), memory.getItem("tidewire.session")], [null, [null, "signed out"], null]);
    await left;
    assert.equal(await statusOf(access), 401);
    assert.equal(await elsewhere.token(), null);
    await session.signOut();
    assert.equal(changes.length, 2);
  });

  test("it leaves the other sessions of the user alone, or ends them everywhere", async () => {
    const username = await newUser();
    const other = sessionOf(new PageMemory());
    await other.signIn({ username, password: PASSWORD });
    await session.signOut();
    assert.equal(await statusOf(await other.token()), 200);
    await session.signIn({ username, password: PASSWORD });
    await session.signOut({ everywhere: true });
    assert.equal(await other.token(), null);
  });

  test("it ends when the server takes its refresh token no more", async () => {
    await newUser();
    await sessionOf(memory).signOut();
    assert.equal(await session.token(), null);
    assert.deepEqual([session.user, changes.at(-1)], [null, [null, "ended"]]);
  });

  test("it goes on with the session that another tab has begun", async () => {
    const username = await newUser();
    const other = sessionOf(memory);
    await other.signOut();
    await other.signIn({ username, password: PASSWORD });
    assert.equal(await statusOf(await session.token()), 200);
    assert.deepEqual(changes.at(-1), [username, "ended"]);
  });

  test("it lasts through a server that is away, and one that has too much to do", async () => {
    const username = await newUser();
    await refuse({ times: 1 });
    await assert.rejects(session.token(), { name: "SessionError", code: "unreachable" });
    await refuse({ times: 1, status: 429 });
    await assert.rejects(session.token(), { name: "SessionError", status: 429 });
    assert.equal(session.user.username, username);
    assert.equal(await statusOf(await session.token()), 200);
  });

  test("it signs out here where the server can't be told, and says so", async () => {
    await newUser();
    await refuse({});
    await assert.rejects(session.signOut(), { name: "SessionError", code: "unreachable" });
    assert.deepEqual([session.user, memory.getItem("tidewire.session")], [null, null]);
  });
});
