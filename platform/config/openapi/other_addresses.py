"""The addresses that aren't made of use cases: users and tokens, market data, health and statistics.

They are described here by hand; the tests hold every line against the views.
"""

from accounts.selectors import UserProfile
from accounts.tokens import TokenPair
from config.openapi import other_words as words
from config.openapi.operation import Operation
from streaming.gateway.commands.access import Who

_AUTH = "/api/v1/auth"
_MARKET = "/api/v1/market"
_SOCKETS = "/api/v1/ws"

OTHER_OPERATIONS = (
    Operation(
        path=f"{_AUTH}/register/",
        method="POST",
        title="Make a new user",
        parameters=words.Registration,
        answer=UserProfile,
        status=201,
        refusals=(400, 429),
    ),
    Operation(
        path=f"{_AUTH}/token/",
        method="POST",
        title="Log in",
        parameters=words.Credentials,
        answer=TokenPair,
        refusals=(400, 401, 429),
    ),
    Operation(
        path=f"{_AUTH}/token/refresh/",
        method="POST",
        title="Get the next access token",
        parameters=words.RefreshToken,
        answer=words.AccessToken,
        refusals=(400, 401, 429),
    ),
    Operation(
        path=f"{_AUTH}/token/verify/",
        method="POST",
        title="Ask whether a token is good",
        parameters=words.AnyToken,
        answer=words.Empty,
        refusals=(400, 401),
    ),
    Operation(
        path=f"{_AUTH}/logout/",
        method="POST",
        title="Have all one's tokens and tickets refused from now on",
        parameters=words.RefreshToken,
        answer=None,
        status=204,
        access=Who.LOGIN,
        refusals=(400,),
    ),
    Operation(
        path=f"{_AUTH}/me/",
        method="GET",
        title="Who one is, and what one may do",
        answer=UserProfile,
        access=Who.LOGIN,
    ),
    Operation(
        path=f"{_SOCKETS}/ticket",
        method="POST",
        title="Get a one-time ticket for a socket",
        answer=words.Ticket,
        access=Who.LOGIN,
        refusals=(429,),
    ),
    Operation(
        path=f"{_SOCKETS}/stats",
        method="GET",
        title="What the whole deployment serves",
        answer=words.StatisticsAnswer,
    ),
    Operation(
        path=f"{_SOCKETS}/stats/channels",
        method="GET",
        title="How many sessions have each channel",
        answer=words.ChannelsStatistics,
        access=Who.STAFF,
    ),
    Operation(
        path=f"{_MARKET}/symbols/",
        method="GET",
        title="Symbols",
        parameters=words.SymbolsParameters,
        answer=words.SymbolsAnswer,
        refusals=(400,),
    ),
    Operation(
        path=f"{_MARKET}/history/",
        method="GET",
        title="Candles of the past",
        parameters=words.HistoryParameters,
        answer=words.HistoryAnswer,
        refusals=(400, 429),
    ),
    Operation(
        path=f"{_MARKET}/overview/",
        method="GET",
        title="The market at a glance",
        answer=words.OverviewAnswer,
        refusals=(400,),
    ),
    Operation(path="/health", method="GET", title="Whether the process serves", answer=words.HealthAnswer),
    Operation(path="/ready", method="GET", title="Whether it has all that it needs", answer=words.ReadyAnswer),
)
