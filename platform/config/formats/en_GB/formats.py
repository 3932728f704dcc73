"""Times of 24 hours with their zone, for whoever reads beside somebody in another one."""

DATETIME_FORMAT = "j M Y, H:i:s e"
SHORT_DATETIME_FORMAT = "j M Y, H:i e"
TIME_FORMAT = "H:i:s"
