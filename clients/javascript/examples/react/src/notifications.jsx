/** The user's notifications; they mark as read at once, and unread again where the server refuses. */
import { useNotifications } from "@tidewire/client/hooks";

export function Notifications({ isSignedIn }) {
  const { notifications, unread, loading, error, markRead, markAllRead } = useNotifications({ enabled: isSignedIn });
  return (
    <section className="card" aria-labelledby="notifications-title">
      <div className="card-head">
        <h2 id="notifications-title">
          Notifications {unread > 0 && <span className="count">{unread}</span>}
        </h2>
        {unread > 0 && (
          <button type="button" onClick={markAllRead}>
            Mark all as read
          </button>
        )}
      </div>
      {error && (
        <p className="problem" role="alert">
          {error.message}
        </p>
      )}
      <p className="muted" id="notifications-note">
        {note({ isSignedIn, loading, count: notifications.length })}
      </p>
      <ul>
        {notifications.map(({ id, title, body, severity, read }) => (
          <li key={id} data-severity={severity} data-read={read}>
            <strong>{title}</strong> {body}
            {!read && <Mark title={title} onClick={() => markRead([id])} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Mark({ title, onClick }) {
  return (
    <button type="button" className="quiet" aria-label={`Mark “${title}” as read`} onClick={onClick}>
      ✓
    </button>
  );
}

function note({ isSignedIn, loading, count }) {
  if (!isSignedIn) return "Sign in to see yours.";
  if (loading) return "Loading…";
  return count === 0 ? "Nothing yet; what happens shows up here." : "";
}
