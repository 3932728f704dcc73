"""What may be done with a chain in the admin, each asked for first: following it, or not, and starting over."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from unfold.forms import BaseDialogForm
from unfold.widgets import INPUT_CLASSES, UnfoldBooleanSwitchWidget

from streaming.admin.dialog_actions import dialog_action
from streaming.admin.use_case_actions import UseCaseActions
from wallets.models import Chain
from wallets.watching.chain_services import chain_start_over, chain_switch

_HIGHEST_BLOCK = 2**63 - 1


class StartOverDialog(BaseDialogForm):
    """From which block the chain is followed anew."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chain = Chain.objects.filter(pk=unquote(str(self.object_id))).first()
        head = None if chain is None else chain.head_number
        self.fields["block"] = forms.IntegerField(
            label="From block",
            min_value=0,
            max_value=_HIGHEST_BLOCK if head is None else head,
            initial=head,
            widget=forms.NumberInput({"class": " ".join(INPUT_CLASSES)}),
        )
        self.fields["is_begun_anew"] = forms.BooleanField(
            label="The chain itself was begun anew",
            required=False,
            widget=UnfoldBooleanSwitchWidget(),
            help_text="As a test network may be. None of its blocks is one that is known, though the node's head is "
            "lower: users are told that what moved above is taken back, and what was final is forgotten.",
        )


class ChainActions(UseCaseActions):
    """Actions on one chain, in dialogs."""

    actions_detail = ("enable", "disable", "start_over")

    @dialog_action(
        "Enable",
        icon="play_arrow",
        permissions=["view", "change"],
        text="The wallets worker follows the chain from where it came to, and users can watch wallets on it.",
    )
    def enable(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Let it be followed."""
        return self.act_on_one(request, object_id, "Enabled", _switch(is_enabled=True))

    @dialog_action(
        "Disable",
        icon="pause",
        permissions=["view", "change"],
        text="Nothing more of the chain is read, and nobody can watch more on it. Its wallets, and how far it was "
        "followed, stay.",
    )
    def disable(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Let it be followed no longer."""
        return self.act_on_one(request, object_id, "Disabled", _switch(is_enabled=False))

    @dialog_action(
        "Start over",
        title="Start over from a block?",
        icon="restart_alt",
        permissions=["view", "change"],
        form=StartOverDialog,
        text="Where this block, or the oldest one above it that is kept, is the node's, too, all above it is read "
        "afresh while the chain goes on, and users are told only what differs. Else the follower forgets its blocks, "
        "and takes back what moved above. Of a later block, what lies between is read by nobody.",
        button="Start over",
    )
    def start_over(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Let it be followed anew from a block."""
        block, is_begun_anew = form.cleaned_data["block"], form.cleaned_data["is_begun_anew"]
        done = f"Starts over from block {block}{' of the chain that was begun anew' if is_begun_anew else ''}"
        return self.act_on_one(request, object_id, done, _start_over(block, is_begun_anew=is_begun_anew))


def _switch(*, is_enabled: bool) -> Any:
    return lambda chain: chain_switch(chain=chain, is_enabled=is_enabled)


def _start_over(block: int, *, is_begun_anew: bool) -> Any:
    return lambda chain: chain_start_over(chain=chain, block=block, is_begun_anew=is_begun_anew)
