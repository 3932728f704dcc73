"""Tidewire's client for Python: connects, survives, and keeps state in step; on asyncio and `websockets`.

`TidewireClient` is the client, `StateSync` keeps state in step, `create_websocket_system` makes both at once. Events
are in `tidewire_client.events`, errors in `tidewire_client.errors`.
"""

from tidewire_client import errors, events
from tidewire_client.back_off import BackOff, Next, after_close, delay_of
from tidewire_client.channels.event_stream import EventStream
from tidewire_client.client import TidewireClient
from tidewire_client.dialects import Dialect
from tidewire_client.errors import TidewireError
from tidewire_client.options import ClientOptions, LoginBy
from tidewire_client.quality import Quality, QualityReport
from tidewire_client.state import ConnectionState
from tidewire_client.statistics import Statistics
from tidewire_client.synced_state.entity import Entity
from tidewire_client.synced_state.state_sync import StateSync
from tidewire_client.system import WebSocketSystem, create_websocket_system

__version__ = "0.1.0"

__all__ = [
    "BackOff",
    "ClientOptions",
    "ConnectionState",
    "Dialect",
    "Entity",
    "EventStream",
    "LoginBy",
    "Next",
    "Quality",
    "QualityReport",
    "StateSync",
    "Statistics",
    "TidewireClient",
    "TidewireError",
    "WebSocketSystem",
    "__version__",
    "after_close",
    "create_websocket_system",
    "delay_of",
    "errors",
    "events",
]
