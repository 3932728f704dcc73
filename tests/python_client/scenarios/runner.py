"""Plays a scenario with the Python client."""

import msgspec

from tests.clients.stage_process import StageProcess
from tests.python_client.scenarios.file import Scenario
from tests.python_client.scenarios.scene import Scene
from tests.python_client.scenarios.steps import Step
from tests.python_client.scenarios.tokens import Tokens
from tidewire_client import ClientOptions, Dialect, TidewireClient


async def play(scenario: Scenario, dialect: Dialect, stage: StageProcess) -> None:
    """Play all steps, and fail at the first that does."""
    tokens = Tokens(stage, are_short=scenario.short_tokens)
    options = ClientOptions(**msgspec.to_builtins(scenario.options))
    token = await tokens.given_by(scenario.token)
    scene = Scene(TidewireClient(stage.socket_url, dialect=dialect, token=token, options=options), stage, tokens)
    await scene.ask("/reset")
    try:
        for number, step in enumerate(scenario.steps, start=1):
            await _play_step(step, number, scene)
    finally:
        await scene.end()


async def _play_step(step: Step, number: int, scene: Scene) -> None:
    try:
        await step.play(scene)
    except Exception as error:
        error.add_note(f"at step {number}: {msgspec.json.encode(step).decode()}")
        raise
