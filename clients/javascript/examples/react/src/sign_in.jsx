/** Signing in on the living connection, with an access token that the reader brings. */
import { useState } from "react";
import { useWebSocket } from "@tidewire/client/hooks";

const REFUSED = ["authentication_failed", "forbidden"];

export function SignIn({ token, onToken }) {
  const { error, userId } = useWebSocket();
  const [text, setText] = useState("");
  const submit = (event) => {
    event.preventDefault();
    onToken(text.trim() || null);
    setText("");
  };
  const refused = token !== null && REFUSED.includes(error?.code);
  return (
    <section className="card" aria-labelledby="account-title">
      <div className="card-head">
        <h2 id="account-title">Account</h2>
        <span id="account" className="pill">
          {userId === null ? "anonymous" : `user ${userId}`}
        </span>
      </div>
      {refused && (
        <p className="problem" role="alert">
          {error.message}
        </p>
      )}
      {token === null || refused ? (
        <form onSubmit={submit}>
          <label className="grows">
            <span className="hidden">Access token</span>
            <input
              id="token"
              type="password"
              autoComplete="off"
              placeholder="Access token"
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          </label>
          <button>Sign in</button>
        </form>
      ) : (
        <button type="button" id="sign-out" onClick={() => onToken(null)}>
          Sign out
        </button>
      )}
    </section>
  );
}
