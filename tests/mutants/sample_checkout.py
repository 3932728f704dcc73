"""A tiny checkout in a folder: a pure core, services, what is neither, and their tests."""

from pathlib import Path

from tests.mutants.mutations import Mutant, mutate
from tests.mutants.sources import Checkout, Source

_FILES = {
    "pyproject.toml": """
        [tool.pytest.ini_options]
        pythonpath = [".", "lib"]
        [tool.importlinter]
        root_packages = ["shop", "dice"]
        [[tool.importlinter.contracts]]
        type = "forbidden"
        source_modules = ["shop.core", "dice"]
        forbidden_modules = ["django", "channels", "shop.models"]
        [[tool.importlinter.contracts]]
        type = "forbidden"
        source_modules = ["shop.models"]
        forbidden_modules = ["channels"]
        [[tool.importlinter.contracts]]
        type = "layers"
        layers = ["shop", "dice"]
    """,
    "shop/core/prices.py": """
        def total(price: int | None, pieces: int) -> int:
            return (price or 0) * pieces


        def is_large(pieces: int) -> bool:
            return pieces > 10


        def countdown(left: int) -> int:
            while left > 0:
                left -= 1
            return left
    """,
    "shop/core/rare/odd.py": "",
    "shop/models.py": "LIMIT = 3",
    "shop/orders/services.py": "from shop.core.prices import total",
    "lib/dice/__init__.py": "",
    "lib/dice/throwing.py": "SIDES = 6",
    "tests/shop/core/test_discounts.py": "def test_nothing(): ...",
    "tests/shop/core/test_prices.py": """
        from shop.core import prices

        def test_it_multiplies():
            assert prices.total(2, 3) == 6
            assert prices.total(None, 3) == 0

        def test_it_ends():
            assert prices.countdown(3) == 0

        def test_some_are_many():
            assert prices.is_large(100)
    """,
    "tests/shop/core/test_sales.py": "import shop.core.prices",
    "tests/shop/admin/test_pages.py": "import shop.core.prices",
    "tests/shop/test_broken.py": "from shop.core.prices import missing",
    "tests/shop/test_buying.py": "import shop.core.prices",
    "tests/shop/orders/test_services.py": "from shop.orders.services import total",
    "tests/wire/test_all.py": "import shop.core.prices",
}


def sample_checkout(root: Path) -> Checkout:
    """Write the checkout. One of its tests fails without any mutant."""
    for path, text in _FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(_without_indentation(text), encoding="utf-8")
    return Checkout(root)


def source_of(checkout: Checkout, module: str) -> Source:
    """Return the module of that name."""
    return next(source for source in checkout.product() if source.module == module)


def mutant_that_reads(checkout: Checkout, source: Source, line: str) -> Mutant:
    """Return the mutant in whose difference stands a line."""
    text = (checkout.root / source.path).read_text(encoding="utf-8")
    number = 0
    while f"+{line}" not in mutate(Mutant(source, number), text).difference.splitlines():
        number += 1
    return Mutant(source, number)


def _without_indentation(text: str) -> str:
    return "\n".join(line.removeprefix(" " * 8) for line in text.splitlines()).strip() + "\n"
