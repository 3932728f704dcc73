/** Who is here: told whenever it is somebody else. */

/** @param {import("./session.js").Session} session @param {() => void} act at once, and whenever somebody else is here, or nobody */
export function onOtherUser(session, act) {
  let userName = session.user?.username;
  session.addEventListener("change", () => {
    if (session.user?.username === userName) return;
    userName = session.user?.username;
    act();
  });
  act();
}
