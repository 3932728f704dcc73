"""The trading engine: values in, values out. It knows no Django, no network and no clock of its own."""
