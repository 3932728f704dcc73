"""Tests of simulated data in place of an exchange that is away."""
