"""What of accounts is its users' own."""

from streaming.database.own_data import KeptBack, OwnData

_SECRET = "a secret, or what is computed of one"  # noqa: S105 - words

OWN_DATA = (
    OwnData("accounts.User", "pk", without=("password", "token_generation")),
    OwnData("accounts.WatchList", "user"),
    OwnData("accounts.ChartLayoutRow", "user"),
    OwnData("accounts.SymbolDrawings", "user", called="drawings on charts"),
    OwnData("accounts.Login", "user", without=("login_id", "generation"), called="sessions"),
    OwnData("accounts.ApiKey", "user", without=("digest",)),
    OwnData(
        "accounts.AccountMail",
        "user",
        called="mails about your account",
        stays="to which address mail went in the last day, so that nobody floods it by signing up again; for that day",
    ),
    KeptBack("accounts.TwoFactorSecret", _SECRET),
    KeptBack("accounts.RecoveryCode", _SECRET),
    KeptBack("accounts.Ticket", _SECRET),
    KeptBack("accounts.OneTimeLink", _SECRET),
    KeptBack("accounts.EndedLogin", "names of sessions that are refused, until their tokens have expired"),
    KeptBack("admin.LogEntry", "what staff have changed in the admin, kept for whoever runs the platform"),
)
