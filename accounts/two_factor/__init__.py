"""Two-factor: besides the password, a code of an authenticator app (TOTP, RFC 6238), or one of ten recovery codes.

`one_time_codes` makes and compares codes; `secret_encryption` keeps the secret unreadable at rest; `checking` asks for
a code at a log-in and counts what was wrong; `services` turns two-factor on and off; `staff_rights` says what staff
without it may do where the setting TWO_FACTOR_REQUIRED_FOR_STAFF asks for it.
"""
