"""Finding versions of models, for REST: cards are for everyone who is logged in. What changes them is staff's."""

from streaming.commands.use_cases import Caller, UseCase
from trading.price_models.answers import ModelVersionAnswer, ModelVersionsAnswer, version_answer
from trading.price_models.parameters import ModelId, ModelQuery
from trading.price_models.selectors import version_of, versions_page


def _list(caller: Caller, query: ModelQuery) -> ModelVersionsAnswer:
    """List the versions of models that learn, the newest first."""
    page = versions_page(query)
    items = [version_answer(one, caller.write_time, now=caller.now) for one in page.items]
    return ModelVersionsAnswer(items=items, total=page.total)


def _get(caller: Caller, given: ModelId) -> ModelVersionAnswer:
    """Return the card of one version."""
    return version_answer(version_of(given.id), caller.write_time, now=caller.now, whole=True)


LIST_MODELS = UseCase(parameters=ModelQuery, act=_list, answer=ModelVersionsAnswer)
GET_MODEL = UseCase(parameters=ModelId, act=_get, answer=ModelVersionAnswer)
