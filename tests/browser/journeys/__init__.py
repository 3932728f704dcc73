"""The journeys of a trader, on small and large screens, in light and dark, by mouse, by touch and by keyboard alone."""
