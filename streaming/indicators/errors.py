"""What is wrong with what was given to the pure core."""


class IndicatorParametersError(ValueError):
    """An indicator, or a parameter of one, doesn't exist or is out of bounds; `fields` says what of each is wrong."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields
