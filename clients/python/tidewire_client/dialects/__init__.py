"""The three ways to spell the protocol, a file each; `base.py` has what they share. Pure."""

from tidewire_client.dialects.base import Dialect, Spelling
from tidewire_client.dialects.market import MARKET
from tidewire_client.dialects.trading import TRADING
from tidewire_client.dialects.zigquant import ZIGQUANT

SPELLINGS = {spelling.dialect: spelling for spelling in (MARKET, TRADING, ZIGQUANT)}

__all__ = ["SPELLINGS", "Dialect", "Spelling"]
