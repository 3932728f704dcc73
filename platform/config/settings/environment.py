"""The environment that settings are read from."""

from environs import Env

env = Env()
