"""Figures for Prometheus: declared by apps, counted where they are decided, collected when somebody asks."""
