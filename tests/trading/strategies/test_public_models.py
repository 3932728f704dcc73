"""What a model says is told to anyone by a live strategy of the staff who made it public, and by no other's."""

from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission

from accounts.models import User
from streaming.clock import SystemClock
from streaming.commands.errors import PERMISSION_DENIED, CommandRefusedError
from streaming.commands.use_cases import Interface, UseCase
from streaming.events import Source
from streaming.fan_out.hub import Hub
from streaming.rest.views import caller_of
from tests.trading.asking import Desk
from tests.trading.price_models.versions import published
from trading.models import AuditEntry, ModelVersion, Strategy
from trading.price_models.parameters import ModelId
from trading.strategies.public_models import END_PUBLIC_MODEL, PUBLISH_MODEL, public_strategies


async def _staff(desk: Desk) -> User:
    return await desk.user("staff", is_staff=True, is_superuser=True)


async def _done(desk: Desk, case: UseCase, user: User, version: ModelVersion) -> str:
    """Do it as the admin does; return the refusal, or nothing."""

    async def hub() -> Hub:
        return desk.hub

    caller = caller_of(user, SystemClock(), interface=Interface.ADMIN)
    try:
        await sync_to_async(case.done)(caller, ModelId(id=version.pk), hub)
    except CommandRefusedError as error:
        return error.message
    return ""


async def test_a_strategy_that_asks_the_model_is_started_for_staff_and_its_signals_are_public_until_that_is_ended(
    desk: Desk,
) -> None:
    version, staff = await sync_to_async(published)(), await _staff(desk)
    assert await _done(desk, PUBLISH_MODEL, staff, version) == ""
    strategy = await Strategy.objects.select_related("account").aget()
    assert (strategy.strategy, strategy.symbol, strategy.interval) == ("learned_direction", "BTCUSDT", "1m")
    assert (strategy.is_public, strategy.account.owner_id, strategy.investment) == (True, staff.pk, Decimal(1000))
    assert strategy.parameters["algorithm"] == "boosting"
    assert await sync_to_async(public_strategies)(version) == [strategy]
    refusal = f"The model's signals are public already, by {strategy.pk}"
    assert await _done(desk, PUBLISH_MODEL, staff, version) == refusal
    assert await _done(desk, END_PUBLIC_MODEL, staff, version) == ""
    assert await _done(desk, END_PUBLIC_MODEL, staff, version) == f"No signals of {version} are public"
    assert await _done(desk, PUBLISH_MODEL, staff, version) == ""
    assert await Strategy.objects.aget() == strategy
    audited = [entry.action async for entry in AuditEntry.objects.order_by("number")]
    assert audited == ["strategy.start", "strategy.publish", "strategy.unpublish", "strategy.publish"]


async def test_a_traders_strategy_that_asks_the_model_is_told_to_nobody(desk: Desk) -> None:
    version, staff = await sync_to_async(published)(), await _staff(desk)
    terms = {"strategy": "learned_direction", "symbol": "BTCUSDT", "interval": "1m"}
    theirs = await desk.give(await desk.user("trader"), "strategy.start", terms)
    assert await _done(desk, PUBLISH_MODEL, staff, version) == ""
    public = await Strategy.objects.aget(is_public=True)
    assert public.pk != theirs.data["strategy_id"]


async def test_no_strategy_is_made_public_that_is_paused_by_hand_or_decides_by_more_than_the_model(desk: Desk) -> None:
    version, staff = await sync_to_async(published)(), await _staff(desk)
    terms = {"strategy": "learned_direction", "symbol": "BTCUSDT", "interval": "1m"}
    paused = (await desk.give(staff, "strategy.start", terms)).data["strategy_id"]
    await Strategy.objects.filter(pk=paused).aupdate(state="paused", reason="user")
    refusal = f"The account has this strategy already; it is {paused}, and paused"
    assert await _done(desk, PUBLISH_MODEL, staff, version) == refusal
    assert not await Strategy.objects.filter(is_public=True).aexists()
    await Strategy.objects.filter(pk=paused).aupdate(reason="exchange_down")
    assert await _done(desk, PUBLISH_MODEL, staff, version) == ""
    assert (await Strategy.objects.aget(is_public=True)).pk == paused


async def test_only_the_version_in_use_is_made_public(desk: Desk) -> None:
    retired, staff = await sync_to_async(published)(), await _staff(desk)
    await sync_to_async(published)()
    elsewhere = await sync_to_async(published)(source=Source.SIMULATOR)
    for version in (retired, elsewhere):
        assert await _done(desk, PUBLISH_MODEL, staff, version) == f"{version} isn't in use here"
    assert not await Strategy.objects.aexists()


@pytest.mark.parametrize("case", [PUBLISH_MODEL, END_PUBLIC_MODEL])
@pytest.mark.parametrize(
    ("is_staff", "permissions"),
    [
        (False, ("change_modelversion", "add_strategy", "change_strategy")),
        (True, ("add_strategy", "change_strategy")),
        (True, ("change_modelversion", "add_strategy")),
    ],
)
async def test_who_may_not_is_refused_by_the_use_case_itself(
    desk: Desk, case: UseCase, is_staff: bool, permissions: tuple[str, ...]
) -> None:
    version, user = await sync_to_async(published)(), await desk.user("other", is_staff=is_staff)
    await user.user_permissions.aset(Permission.objects.filter(codename__in=permissions))
    user = await User.objects.aget(pk=user.pk)
    assert await _done(desk, case, user, version) == PERMISSION_DENIED
    assert not await Strategy.objects.aexists()
