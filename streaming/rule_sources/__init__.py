"""What alert rules must know of other apps, which declare it: who gives signals, and what is watched on chains."""
