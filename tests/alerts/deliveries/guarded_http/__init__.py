"""Tests of HTTP to addresses that users choose."""
