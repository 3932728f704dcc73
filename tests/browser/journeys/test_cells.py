"""That the circumstances in which journeys are made leave none out."""

from itertools import product

from tests.browser.journeys.cells import JOURNEYS, SCHEMES, SCREENS, WAYS, chosen_cells


def test_each_journey_meets_every_screen_both_colours_and_every_way() -> None:
    for journey in JOURNEYS:
        cells = chosen_cells(journey)
        assert [(cell.width, cell.height) for cell in cells] == list(SCREENS)
        assert {cell.scheme for cell in cells} == set(SCHEMES)
        assert {cell.way for cell in cells} == set(WAYS)


def test_all_combinations_occur_between_them() -> None:
    met = {(cell.width, cell.scheme, cell.way) for journey in JOURNEYS for cell in chosen_cells(journey)}
    assert met == {(width, scheme, way) for (width, _), scheme, way in product(SCREENS, SCHEMES, WAYS)}
