"""JSON Web Tokens, which show who somebody is.

`json_web_tokens` makes and reads them, with the `keys` that sign and verify; `owners` sets what they say against the
database; `query_batching` looks up many at a time.
"""
